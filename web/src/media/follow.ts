import { mediaFile } from '../api/media';
import { ApiError, type ApiClient } from '../api/client';
import type { MediaFile } from '../api/types';
import { settled } from './format';

/** Pauses between two looks at a media file: short after a change, longer while nothing happens. */
export interface FollowPace {
  /** Milliseconds after a change. */
  first: number;
  /** By how much each further pause grows. */
  growth: number;
  /** Milliseconds at most. */
  longest: number;
}

const PACE: FollowPace = { first: 700, growth: 1.35, longest: 5000 };

export interface FollowEvents {
  onChange: (file: MediaFile) => void;
  /** The connection is lost (with a sentence) or back (null). Following goes on either way. */
  onTrouble: (sentence: string | null) => void;
}

/**
 * Reports a media file until it is READY or FAILED. Ends with the file, or throws what no waiting repairs: signed
 * out, not found. `signal` ends it early.
 */
export async function follow(
  api: ApiClient,
  id: string,
  events: FollowEvents,
  signal: AbortSignal,
  pace: FollowPace = PACE,
): Promise<MediaFile> {
  let pause = pace.first;
  let seen = '';
  for (;;) {
    try {
      const file = await mediaFile(api, id, signal);
      events.onTrouble(null);
      const state = `${file.status} ${file.progress}`;
      if (state !== seen) pause = pace.first;
      seen = state;
      events.onChange(file);
      if (settled(file.status)) return file;
    } catch (error) {
      if (!(error instanceof ApiError) || !error.transient) throw error;
      events.onTrouble(error.message);
    }
    await wait(pause, signal);
    pause = Math.min(pause * pace.growth, pace.longest);
  }
}

/** Resolves after `ms`, rejects as soon as `signal` aborts. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
