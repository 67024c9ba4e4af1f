import { expect, test } from 'vitest';
import { declaredType, fingerprintOf, parseTags, refusalOf } from './rules';

test.each(['a.mp4', 'Ferien am Meer.MOV', 'x.y.webm', 'clip.ts'])('%s may be tried', (name) => {
  expect(refusalOf({ name, size: 1 })).toBeNull();
});

test.each([
  ['notes.txt', 1, '.txt files are not accepted.'],
  ['video', 1, 'Files without an extension are not accepted.'],
  ['mp4', 1, 'Files without an extension are not accepted.'],
  ['a.mp4', 0, 'This file is empty.'],
])('%s (%i bytes) is refused at once', (name, size, sentence) => {
  expect(refusalOf({ name, size })).toContain(sentence);
});

test('declares a video type, or one that claims nothing', () => {
  expect(declaredType({ type: 'video/quicktime' })).toBe('video/quicktime');
  expect(declaredType({ type: '' })).toBe('application/octet-stream');
  expect(declaredType({ type: 'text/plain' })).toBe('application/octet-stream');
});

test('a changed file is another file', () => {
  const file = { name: 'a.mp4', size: 5, lastModified: 7 };
  expect(fingerprintOf(file)).toBe(fingerprintOf({ ...file }));
  expect(fingerprintOf({ ...file, lastModified: 8 })).not.toBe(fingerprintOf(file));
});

test('tags are trimmed, non-empty and unique', () => {
  expect(parseTags(' sea , summer,,sea')).toEqual(['sea', 'summer']);
  expect(parseTags('')).toEqual([]);
});
