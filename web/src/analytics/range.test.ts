import { expect, test } from 'vitest';
import { dayIn, daysBefore, queryOf, readRange, writeRange } from './range';

const now = Date.parse('2026-11-21T23:30:00Z');
const read = (query: string) => readRange(new URLSearchParams(query), now, 'UTC');

test('without a word it is four weeks until today, in the reader’s own zone', () => {
  expect(read('')).toEqual({ days: '28', from: '2026-10-25', to: '2026-11-21', zone: 'UTC' });
  expect(readRange(new URLSearchParams(), now, 'Asia/Tokyo').to).toBe('2026-11-22');
});

test.each(['days=7', 'days=all', 'from=2026-03-01&to=2026-03-31', 'days=90&tz=Europe%2FBerlin'])(
  'an address keeps its range: %s',
  (query) => {
    expect(writeRange(read(query), 'UTC').toString()).toBe(query);
  },
);

test.each(['days=12', 'from=2026-03-31&to=2026-03-01', 'from=yesterday&to=today', 'tz=Mars'])(
  'mistakes count as not said: %s',
  (query) => {
    expect(read(query)).toEqual(read(''));
  },
);

test('all of it has no ends', () => {
  expect(queryOf(read('days=all'))).toBe('timezone=UTC');
  expect(queryOf(read('days=7'))).toBe('timezone=UTC&startDate=2026-11-15&endDate=2026-11-21');
});

test('days are counted over a change of the clocks', () => {
  expect(daysBefore('2026-03-30', 2)).toBe('2026-03-28');
  expect(dayIn('Europe/Berlin', Date.parse('2026-03-28T23:30:00Z'))).toBe('2026-03-29');
});
