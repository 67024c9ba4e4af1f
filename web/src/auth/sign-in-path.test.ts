import { expect, test } from 'vitest';
import { returnPath, signInTo } from './sign-in-path';

const back = (path: string) => returnPath(new URL(path, 'http://here').searchParams);

test('a sign-in leads back to where it began', () => {
  expect(back(signInTo('/v/1?t=4'))).toBe('/v/1?t=4');
  expect(back(signInTo('/'))).toBe('/');
});

test.each(['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example', ''])(
  'it never leads to another site: %s',
  (to) => {
    expect(returnPath(new URLSearchParams({ to }))).toBe('/');
  },
);
