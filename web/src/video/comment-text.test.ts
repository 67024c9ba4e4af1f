import { expect, test } from 'vitest';
import { piecesOf } from './comment-text';

test('times lead to their moment', () => {
  expect(piecesOf('At 1:02:03 and 0:45.', 4000)).toEqual([
    'At ',
    { text: '1:02:03', seconds: 3723 },
    ' and ',
    { text: '0:45', seconds: 45 },
    '.',
  ]);
});

test.each(['at 3:00', 'score 12:345', 'at 1:60', '10.11.2026 12', '1:2', '<b>bold</b>', ''])(
  'no time of a video of a minute: %s',
  (text) => {
    expect(piecesOf(text, 60)).toEqual(text ? [text] : []);
  },
);
