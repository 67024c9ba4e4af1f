import { ErrorTypes, type ErrorData, type default as Hls } from 'hls.js';

/** More mendings than this within the window are no mending. */
const MENDINGS = 3;
/** Milliseconds. */
const WINDOW = 30_000;
/** Answers to addresses that have expired, or that may no longer be used. */
const GONE: ReadonlySet<number> = new Set([401, 403, 404, 410]);

/** Brings a player back after a fatal error where that can be done, and gives up with a sentence where it can't. */
export class Mender {
  private readonly times: number[] = [];
  private busy = false;

  constructor(
    private readonly player: Hls,
    private readonly element: HTMLVideoElement,
    /** A fresh address of the master playlist. */
    private readonly renew: () => Promise<string>,
    private readonly giveUp: (sentence: string) => void,
  ) {}

  /**
   * Takes an error of the player. Asking for an expired address again is useless, so that is mended before hls.js
   * calls it fatal. Audio and video fail together: what comes during a mending is part of it.
   */
  async take(data: ErrorData): Promise<void> {
    if (this.busy || !(data.fatal || gone(data))) return;
    this.busy = true;
    const mended = this.mayMend() && (await this.mend(data));
    this.busy = false;
    if (!mended) this.giveUp(sentenceOf(data));
  }

  private mayMend(now = performance.now()): boolean {
    const recent = this.times.filter((at) => now - at < WINDOW);
    this.times.push(now);
    return recent.length < MENDINGS;
  }

  private async mend({ type, response }: ErrorData): Promise<boolean> {
    if (type === ErrorTypes.MEDIA_ERROR) {
      const goOn = playAgain(this.element);
      this.player.recoverMediaError();
      goOn();
      return true;
    }
    // What else the network may do has been tried again by hls.js for half a minute.
    if (!gone({ type, response })) return false;
    const position = this.element.currentTime;
    try {
      const url = await this.renew();
      // Not before: Play may have been pressed while the address was asked for.
      const goOn = playAgain(this.element);
      this.player.config.startPosition = position;
      this.player.loadSource(url);
      goOn();
      return true;
    } catch {
      return false;
    }
  }
}

/** A new source pauses the element. What comes back plays on if it is playing now. */
export function playAgain(element: HTMLVideoElement): () => void {
  if (element.paused) return () => {};
  const play = () => void element.play().catch(() => {});
  return () => element.addEventListener('canplay', play, { once: true });
}

function gone({ type, response }: Pick<ErrorData, 'type' | 'response'>): boolean {
  return type === ErrorTypes.NETWORK_ERROR && GONE.has(response?.code ?? 0);
}

function sentenceOf({ type, response }: ErrorData): string {
  if (type === ErrorTypes.MEDIA_ERROR) return 'This browser cannot play the video.';
  if (type !== ErrorTypes.NETWORK_ERROR) return 'The player stopped unexpectedly.';
  const code = response?.code ?? 0;
  if (code === 0) return 'The connection was lost. Check it and try again.';
  if (gone({ type, response })) return 'You may not watch this video now, or it was removed.';
  return `The server had a problem (status ${code}). Try again in a moment.`;
}
