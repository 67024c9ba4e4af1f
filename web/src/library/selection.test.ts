import { expect, test } from 'vitest';
import { coverage, NOTHING_SELECTED, pageToggled, toggled, without } from './selection';

const ROWS = ['a', 'b', 'c', 'd', 'e'];

test('a click chooses, another drops', () => {
  const one = toggled(NOTHING_SELECTED, 'b', ROWS, false);
  expect([...one.ids]).toEqual(['b']);
  expect(toggled(one, 'b', ROWS, false).ids.size).toBe(0);
});

test('shift extends from the last click, in both directions', () => {
  const from = toggled(NOTHING_SELECTED, 'd', ROWS, false);
  expect([...toggled(from, 'b', ROWS, true).ids].toSorted()).toEqual(['b', 'c', 'd']);
  const to = toggled(NOTHING_SELECTED, 'a', ROWS, false);
  expect([...toggled(to, 'c', ROWS, true).ids]).toEqual(['a', 'b', 'c']);
});

test('shift drops a range when its end was chosen', () => {
  const all = { ...pageToggled(NOTHING_SELECTED, ROWS), anchor: 'b' };
  expect([...toggled(all, 'd', ROWS, true).ids]).toEqual(['a', 'e']);
});

test('shift without a beginning on this page is a plain click', () => {
  expect([...toggled(NOTHING_SELECTED, 'c', ROWS, true).ids]).toEqual(['c']);
  const elsewhere = { ids: new Set(['z']), anchor: 'z' };
  expect([...toggled(elsewhere, 'c', ROWS, true).ids]).toEqual(['z', 'c']);
});

test('a page is chosen and dropped whole, other pages stay', () => {
  const before = { ids: new Set(['z', 'a']), anchor: null };
  expect(coverage(before, ROWS)).toBe('some');
  const all = pageToggled(before, ROWS);
  expect(coverage(all, ROWS)).toBe('all');
  expect([...pageToggled(all, ROWS).ids]).toEqual(['z']);
  expect(coverage(NOTHING_SELECTED, ROWS)).toBe('none');
});

test('what is gone is no longer chosen', () => {
  expect([...without({ ids: new Set(['a', 'b']), anchor: 'a' }, ['a']).ids]).toEqual(['b']);
});
