/** A piece of a comment: words, or a time of the video to go to. */
export type Piece = string | { text: string; seconds: number };

const TIME = /(?<![\d:.])(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)(?![\d:])/g;

/** Finds times such as `1:23` in a comment, as far as the video has them. Everything else is words. */
export function piecesOf(content: string, duration: number): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of content.matchAll(TIME)) {
    const [text, hours = '0', minutes, seconds] = match;
    const at = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    if (at > duration) continue;
    if (match.index > from) pieces.push(content.slice(from, match.index));
    pieces.push({ text, seconds: at });
    from = match.index + text.length;
  }
  if (from < content.length) pieces.push(content.slice(from));
  return pieces;
}
