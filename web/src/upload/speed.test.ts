import { expect, test } from 'vitest';
import { SpeedMeter } from './speed';

function meter() {
  let now = 0;
  const speed = new SpeedMeter(6000, () => now);
  return (at: number, bytes: number) => {
    now = at;
    return speed.record(bytes);
  };
}

test('is unknown at first, then bytes per second over the window', () => {
  const record = meter();
  expect(record(0, 0)).toBe(0);
  expect(record(100, 500)).toBe(0);
  expect(record(1000, 2000)).toBe(2000);
  expect(record(7000, 20_000)).toBe(3000);
});

test('starts over when a part starts over', () => {
  const record = meter();
  record(0, 0);
  record(1000, 5000);
  expect(record(2000, 1000)).toBe(0);
  expect(record(3000, 2000)).toBe(1000);
});
