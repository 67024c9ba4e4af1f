import type { PartUrls } from '../api/types';

/** Fetches presigned URLs for the parts with these numbers. */
export type FetchPartUrls = (partNumbers: number[]) => Promise<PartUrls>;

/** Parts asked for at once: few enough that their URLs are used long before they expire. */
const BATCH = 12;
/** A URL with less time left than this many milliseconds is not worth starting a part with. */
const MARGIN = 60_000;

interface Held {
  url: string;
  expiresAt: number;
}

/**
 * Presigned part URLs for one multipart upload, fetched in batches just ahead of need. Each is given out once, so a
 * part that is tried again gets a fresh one.
 */
export class PartUrlSource {
  private readonly held = new Map<number, Held>();
  private readonly given = new Set<number>();
  private readonly pending = new Map<number, Promise<void>>();

  constructor(
    private readonly partCount: number,
    private readonly fetchUrls: FetchPartUrls,
    private readonly now: () => number = Date.now,
  ) {}

  async take(partNumber: number): Promise<string> {
    const ready = this.takeHeld(partNumber);
    if (ready) return ready;
    await (this.pending.get(partNumber) ?? this.fetchFrom(partNumber));
    const url = this.takeHeld(partNumber);
    if (!url) throw new Error(`The server gave no address for part ${partNumber}.`);
    return url;
  }

  private takeHeld(partNumber: number): string | null {
    const held = this.held.get(partNumber);
    if (!held || held.expiresAt - this.now() < MARGIN) return null;
    this.held.delete(partNumber);
    this.given.add(partNumber);
    return held.url;
  }

  private fetchFrom(first: number): Promise<void> {
    const numbers = [first];
    for (let n = first + 1; n <= this.partCount && numbers.length < BATCH; n += 1) {
      if (!this.given.has(n) && !this.held.has(n) && !this.pending.has(n)) numbers.push(n);
    }
    const fetching = this.fetchUrls(numbers)
      .then(({ parts, expiresAt }) => {
        const held = { expiresAt: Date.parse(expiresAt) };
        for (const { partNumber, url } of parts) this.held.set(partNumber, { url, ...held });
      })
      .finally(() => {
        for (const n of numbers) this.pending.delete(n);
      });
    for (const n of numbers) this.pending.set(n, fetching);
    return fetching;
  }
}
