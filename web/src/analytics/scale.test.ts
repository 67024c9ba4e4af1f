import { expect, test } from 'vitest';
import { labelled, ticksOf } from './scale';

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [10, [0, 5, 10]],
  [97, [0, 50, 100]],
  [1234, [0, 500, 1000, 1500]],
])('the grid of %i', (most, ticks) => {
  expect(ticksOf(most)).toEqual(ticks);
});

test('labels are spread evenly, and the last is shown', () => {
  expect([...labelled(28, 5)]).toEqual([27, 21, 15, 9, 3]);
  expect([...labelled(3, 5)]).toEqual([2, 1, 0]);
  expect([...labelled(0, 5)]).toEqual([]);
});
