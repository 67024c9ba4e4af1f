import { expect, test } from 'vitest';
import { EVERYTHING, narrowed, queryOf, readState, writeState } from './params';

const read = (query: string) => readState(new URLSearchParams(query));

test('the plain gallery has a plain address', () => {
  expect(writeState(EVERYTHING).toString()).toBe('');
  expect(read('')).toEqual(EVERYTHING);
});

test('what is shown survives its address', () => {
  const state = {
    search: 'a & b',
    category: 'Short films',
    orientation: 'portrait',
    sort: 'most_viewed',
  } as const;
  expect(read(writeState(state).toString())).toEqual(state);
});

test('an address with mistakes shows more rather than an error', () => {
  expect(read('sort=best&orientation=round')).toEqual(EVERYTHING);
});

test('the question to the API has no blanks around the search', () => {
  expect(queryOf({ ...EVERYTHING, search: '  sea ' })).toBe('search=sea&limit=24');
  expect(queryOf({ ...EVERYTHING, search: '  ' })).toBe('limit=24');
});

test('an order alone narrows nothing', () => {
  expect(narrowed({ ...EVERYTHING, sort: 'popular', search: ' ' })).toBe(false);
  expect(narrowed({ ...EVERYTHING, category: 'Film' })).toBe(true);
});
