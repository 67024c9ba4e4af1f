import { expect, test } from 'vitest';
import type { Video } from '../api/types';
import { addTags, changesBetween, changesOf, hasChanges } from './draft';

const VIDEO = {
  title: 'The sea',
  producer: null,
  creator: 'B',
  tags: ['sea', 'sun'],
  directoryType: 'inbox',
} as unknown as Video;

test('only what differs is sent', () => {
  expect(changesOf(VIDEO, {})).toEqual({});
  expect(changesOf(VIDEO, { title: ' The sea ', producer: '', tags: ['sea', 'sun'] })).toEqual({});
  expect(hasChanges(VIDEO, { directoryType: 'inbox' })).toBe(false);
  expect(changesOf(VIDEO, { title: 'The lake', tags: ['sun'], directoryType: 'videos' })).toEqual({
    title: 'The lake',
    tags: ['sun'],
    directoryType: 'videos',
  });
});

test('an emptied text is sent as null, emptied tags as none', () => {
  expect(changesOf(VIDEO, { creator: '  ', tags: [] })).toEqual({ creator: null, tags: [] });
});

test('what somebody else changed is named', () => {
  const theirs = { ...VIDEO, title: 'Ocean', tags: ['sea'] };
  expect(changesBetween(VIDEO, theirs)).toEqual([
    { name: 'Title', value: 'Ocean' },
    { name: 'Tags', value: 'sea' },
  ]);
  expect(changesBetween(VIDEO, VIDEO)).toEqual([]);
});

test('tags are parted by commas, trimmed and kept once', () => {
  expect(addTags(['Sea'], 'sea, sun ,, two  words')).toEqual(['Sea', 'sun', 'two words']);
  expect(addTags(['a'], '  ')).toEqual(['a']);
});
