import { expect, test } from 'vitest';
import { formatAge, formatCompact } from './words';

const now = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['2026-11-21T11:59:30Z', 'just now'],
  ['2026-11-21T12:00:20Z', 'just now'],
  ['2026-11-21T11:58:59Z', '1 minute ago'],
  ['2026-11-21T09:00:00Z', '3 hours ago'],
  ['2026-11-20T11:00:00Z', '1 day ago'],
  ['2026-11-07T12:00:00Z', '2 weeks ago'],
  ['2026-08-01T12:00:00Z', '3 months ago'],
  ['2024-01-01T00:00:00Z', '2 years ago'],
  ['rubbish', ''],
])('formatAge(%s) is %s', (iso, text) => {
  expect(formatAge(iso, now)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1200, '1.2K'],
  [3_400_000, '3.4M'],
])('formatCompact(%i) is %s', (count, text) => {
  expect(formatCompact(count)).toBe(text);
});
