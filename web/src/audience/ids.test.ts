import { expect, test } from 'vitest';
import { uuid4, uuid7 } from './ids';

test('a random UUID has its version and variant', () => {
  expect(uuid4()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuid4()).not.toBe(uuid4());
});

test('a UUIDv7 begins with its time', () => {
  // The example of RFC 9562, appendix A.6.
  expect(uuid7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
});
