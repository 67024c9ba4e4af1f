import { expect, test } from 'vitest';
import { countOf, formatSpan, nameOf, peopleOf } from '../media/words';
import { findings } from './words';

test('a video without a title is called by its filename', () => {
  expect(nameOf({ title: 'The sea', filename: 'a.mp4' })).toBe('The sea');
  expect(nameOf({ title: '', filename: 'a.mp4' })).toBe('a.mp4');
  expect(nameOf({ title: null, filename: 'a.mp4' })).toBe('a.mp4');
});

test('producer and creator, or the one that there is', () => {
  expect(peopleOf({ producer: 'Studio A', creator: 'B' })).toBe('Studio A • B');
  expect(peopleOf({ producer: null, creator: 'B' })).toBe('B');
  expect(peopleOf({})).toBe('');
});

test('counts', () => {
  expect(countOf(0)).toBe('0 videos');
  expect(countOf(1)).toBe('1 video');
  expect(countOf(1_234_567)).toBe('1,234,567 videos');
  expect(countOf(2, 'copy', 'copies')).toBe('2 copies');
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [61, '1 min'],
  [3600, '1 h'],
  [12_000, '3 h 20 min'],
  [36_000_000, '10,000 h'],
])('%i seconds are %s', (seconds, text) => {
  expect(formatSpan(seconds)).toBe(text);
});

test('what a look found is one line without gaps', () => {
  const facts = {
    durationSeconds: 10,
    width: 1280,
    height: 720,
    quality: 'HD' as const,
    orientation: 'landscape' as const,
    hasAudio: false,
    fileSize: 13_400_000,
  };
  expect(findings(facts)).toBe('0:10 · 1280 × 720 · HD · landscape · no sound · 13.4 MB');
  expect(findings({ hasAudio: true, durationSeconds: null })).toBe('with sound');
});
