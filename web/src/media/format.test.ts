import { expect, test } from 'vitest';
import {
  formatBitrate,
  formatBytes,
  formatClock,
  formatFrameRate,
  formatRemaining,
  spokenDuration,
} from './format';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [999_600, '1 MB'],
  [13_400_000, '13.4 MB'],
  [22_548_578_304, '22.5 GB'],
  [5_497_558_138_880, '5.5 TB'],
  [7_000_000_000_000_000, '7000 TB'],
])('formatBytes(%i) is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0:00'],
  [59.99, '0:59'],
  [750, '12:30'],
  [3723, '1:02:03'],
  [-1, '0:00'],
  [Number.NaN, '0:00'],
  [Number.POSITIVE_INFINITY, '0:00'],
])('formatClock(%f) is %s', (seconds, text) => {
  expect(formatClock(seconds)).toBe(text);
});

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [61, '1 minute 1 second'],
  [7200, '2 hours'],
])('spokenDuration(%i) is %s', (seconds, text) => {
  expect(spokenDuration(seconds)).toBe(text);
});

test.each([
  [2, 'a few seconds left'],
  [33, '35 s left'],
  [61, '2 min left'],
  [3600, '1 h left'],
  [9000, '2 h 30 min left'],
  [Number.POSITIVE_INFINITY, ''],
])('formatRemaining(%f) is "%s"', (seconds, text) => {
  expect(formatRemaining(seconds)).toBe(text);
});

test('rates', () => {
  expect(formatBitrate(812_400)).toBe('812 kbit/s');
  expect(formatBitrate(5_300_000)).toBe('5.3 Mbit/s');
  expect(formatFrameRate(24)).toBe('24 fps');
  expect(formatFrameRate(30_000 / 1001)).toBe('29.97 fps');
});
