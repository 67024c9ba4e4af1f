import { readVideo } from '../api/library';
import type { ApiClient } from '../api/client';
import type { Video } from '../api/types';

/** How long a thumbnail's address is used, in milliseconds; it is signed for an hour. */
const FRESH = 50 * 60_000;
/** Questions at once. */
const AT_ONCE = 4;

interface Entry {
  updatedAt: string;
  readAt: number;
  video: Video;
}

/** Details of the videos on the screen: lists have no pictures, so each row asks for its own when it comes in sight. */
export class DetailsCache {
  private readonly entries = new Map<string, Entry>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly api: ApiClient) {}

  /** What is known already of this state of the video. */
  known(id: string, updatedAt: string): Video | null {
    const entry = this.entries.get(id);
    if (!entry || entry.updatedAt !== updatedAt) return null;
    return Date.now() - entry.readAt < FRESH ? entry.video : null;
  }

  /** What is known of the video, if only of an older state. */
  older(id: string): Video | null {
    return this.entries.get(id)?.video ?? null;
  }

  async load(id: string, updatedAt: string, signal: AbortSignal): Promise<Video> {
    const known = this.known(id, updatedAt);
    if (known) return known;
    await this.turn();
    try {
      signal.throwIfAborted();
      const { video } = await readVideo(this.api, id, signal);
      this.entries.set(id, { updatedAt, readAt: Date.now(), video });
      return video;
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private turn(): Promise<void> {
    if (this.running < AT_ONCE) {
      this.running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting.push(() => {
        this.running += 1;
        resolve();
      });
    });
  }
}
