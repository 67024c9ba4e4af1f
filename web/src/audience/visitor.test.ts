import { expect, test } from 'vitest';
import { Visitor } from './visitor';

function shelf(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

test('a browser is the same visitor each time', () => {
  const browser = shelf();
  const first = new Visitor(browser);
  first.rememberName('Ada');
  const again = new Visitor(browser);
  expect(again.sessionId).toBe(first.sessionId);
  expect(again.name).toBe('Ada');
  expect(new Visitor(shelf()).sessionId).not.toBe(first.sessionId);
});

function refuse(): never {
  throw new DOMException('Denied', 'SecurityError');
}

test('a browser that keeps nothing has a visitor all the same', () => {
  const visitor = new Visitor({ getItem: refuse, setItem: refuse });
  visitor.rememberName('Ada');
  expect(visitor.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Visitor(null).name).toBe('');
});
