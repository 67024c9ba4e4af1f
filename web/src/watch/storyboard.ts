/** A still of the storyboard: the part of an image to show between two times. */
export interface StoryboardCue {
  /** Seconds. */
  start: number;
  end: number;
  /** Absolute address of the sprite. */
  image: string;
  /** The part of the sprite in pixels; null for the whole image. */
  area: { x: number; y: number; width: number; height: number } | null;
}

/**
 * Reads a WebVTT file whose cues name images, with `#xywh=` (Media Fragments URI 1.0) for a part of a sprite.
 * `base` is the file's own address. Cues that cannot be read are left out: a missing still is no reason for an error.
 */
export function parseStoryboard(text: string, base: string): StoryboardCue[] {
  const blocks = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/);
  return blocks
    .flatMap((block) => parseCue(block, base) ?? [])
    .toSorted((a, b) => a.start - b.start);
}

/** The still for a time; past the last cue, the last one. */
export function cueAt(cues: readonly StoryboardCue[], seconds: number): StoryboardCue | null {
  let low = 0;
  let high = cues.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((cues[middle]?.start ?? Infinity) <= seconds) low = middle;
    else high = middle - 1;
  }
  return cues[low] ?? null;
}

function parseCue(block: string, base: string): StoryboardCue | null {
  const lines = block.split('\n');
  const timing = lines.findIndex((line) => line.includes('-->'));
  if (timing < 0) return null;
  const [from, to] = (lines[timing] ?? '').split('-->').map((part) => part.trim().split(/\s/)[0]);
  const start = parseTime(from ?? '');
  const end = parseTime(to ?? '');
  const target = lines[timing + 1]?.trim();
  if (start === null || end === null || end <= start || !target) return null;
  return resolve(target, base, start, end);
}

function resolve(target: string, base: string, start: number, end: number): StoryboardCue | null {
  try {
    const url = new URL(target, base);
    const numbers = /xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)/.exec(url.hash)?.slice(1).map(Number);
    url.hash = '';
    const [x, y, width, height] = numbers ?? [];
    const known = x !== undefined && y !== undefined && width && height;
    return { start, end, image: url.href, area: known ? { x, y, width, height } : null };
  } catch {
    return null;
  }
}

/** `00:01:02.500`, or without the hours; seconds. */
function parseTime(text: string): number | null {
  const match = /^(?:(\d+):)?([0-5]\d):([0-5]\d)\.(\d{3})$/.exec(text);
  if (!match) return null;
  const [, hours = '0', minutes, seconds, thousandths] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(thousandths) / 1000;
}
