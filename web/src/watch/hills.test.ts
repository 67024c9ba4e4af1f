import { expect, test } from 'vitest';
import { hillsOf } from './hills';

test('nothing has no outline', () => {
  expect(hillsOf([])).toBe('');
});

test('an outline begins and ends on the ground and passes through its values', () => {
  const path = hillsOf([0, 1]);
  expect(path).toBe('M0 1V1C12.5 1 12.5 1 25 1C50 1 50 0 75 0C87.5 0 87.5 0 100 0V1Z');
});
