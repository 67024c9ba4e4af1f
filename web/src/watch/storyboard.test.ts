import { describe, expect, test } from 'vitest';
import { cueAt, parseStoryboard } from './storyboard';

const BASE = 'https://films.example/stream/hls/1/storyboard.vtt?token=abc';

const SPRITE = `WEBVTT

NOTE made by the packager

1
00:00:00.000 --> 00:00:05.000
storyboard.jpg?X-Amz-Signature=f00#xywh=0,0,160,90

00:05.000 --> 00:10.000 align:start
https://bucket.example/storyboard.jpg?sig=1&b=2#xywh=160,0,160,90
`;

describe('parseStoryboard', () => {
  test('reads sprites with their area, and keeps signed queries', () => {
    expect(parseStoryboard(SPRITE, BASE)).toEqual([
      {
        start: 0,
        end: 5,
        image: 'https://films.example/stream/hls/1/storyboard.jpg?X-Amz-Signature=f00',
        area: { x: 0, y: 0, width: 160, height: 90 },
      },
      {
        start: 5,
        end: 10,
        image: 'https://bucket.example/storyboard.jpg?sig=1&b=2',
        area: { x: 160, y: 0, width: 160, height: 90 },
      },
    ]);
  });

  test('takes a whole image when no area is named', () => {
    const [cue] = parseStoryboard('WEBVTT\n\n00:00.000 --> 00:02.000\na.jpg', BASE);
    expect(cue?.area).toBeNull();
    expect(cue?.image).toBe('https://films.example/stream/hls/1/a.jpg');
  });

  test('reads Windows line ends, a byte order mark and hours', () => {
    const text = '\uFEFFWEBVTT\r\n\r\n01:00:00.500 --> 01:00:01.000\r\na.jpg#xywh=1,2,3,4\r\n';
    expect(parseStoryboard(text, BASE)).toMatchObject([{ start: 3600.5, end: 3601 }]);
  });

  test.each([
    ['no timing', 'WEBVTT\n\njust text'],
    ['a backward timing', 'WEBVTT\n\n00:05.000 --> 00:01.000\na.jpg'],
    ['no image', 'WEBVTT\n\n00:00.000 --> 00:01.000'],
    ['an unreadable time', 'WEBVTT\n\n0:0 --> 00:01.000\na.jpg'],
    ['an error page', '<html><body>Not Found</body></html>'],
    ['nothing', ''],
  ])('leaves out a cue with %s', (_, text) => {
    expect(parseStoryboard(text, BASE)).toEqual([]);
  });

  test('sorts cues by time', () => {
    const text = 'WEBVTT\n\n00:04.000 --> 00:06.000\nb.jpg\n\n00:00.000 --> 00:04.000\na.jpg';
    expect(parseStoryboard(text, BASE).map((cue) => cue.start)).toEqual([0, 4]);
  });
});

describe('cueAt', () => {
  const cues = parseStoryboard(SPRITE, BASE);

  test.each([
    [0, 0],
    [4.99, 0],
    [5, 5],
    [9, 5],
    [500, 5],
  ])('at %f s shows the still that starts at %f s', (seconds, start) => {
    expect(cueAt(cues, seconds)?.start).toBe(start);
  });

  test('without cues there is nothing to show', () => {
    expect(cueAt([], 3)).toBeNull();
  });
});
