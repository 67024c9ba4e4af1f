import { ApiError } from '../api/client';
import type { Heartbeat, PlayerEvent } from '../api/types';

/** What is told about a view, by its route. */
export type Telling = 'event' | 'heartbeat';

/** The ways to the server. */
export interface Line {
  /** Rejects when it did not arrive. */
  send: (telling: Telling, body: object) => Promise<unknown>;
  /** For a page that is going away: whether the browser has taken it. */
  beacon: (telling: Telling, body: object) => boolean;
}

/** The most events that the API takes at once. */
export const MOST_EVENTS = 50;
/** More than that is not kept while the server cannot be reached. */
const MOST_KEPT = 200;
/** How often in a row something is not found before nobody asks any more: a view may be stored a moment late. */
const STRIKES = 3;
/** Milliseconds of silence after the server could not take something, unless it says how long. */
const REST = 30_000;

/** Keeps what is to be told, and tells it in batches. */
export class Outbox {
  private events: PlayerEvent[] = [];
  private beat: Heartbeat | null = null;
  private quietUntil = 0;
  private closed = false;
  private strikes = 0;
  private sending: Promise<void> | null = null;

  constructor(
    private readonly line: Line,
    private readonly now: () => number = Date.now,
  ) {}

  add(event: PlayerEvent): void {
    if (this.closed) return;
    // One seek, however often the pointer moved.
    const last = this.events.at(-1);
    if (event.eventType === 'seek' && last?.eventType === 'seek') this.events.pop();
    this.events.push(event);
    if (this.events.length > MOST_KEPT) this.events.shift();
  }

  /** Only the latest counts: it contains the others. */
  setBeat(beat: Heartbeat): void {
    if (!this.closed) this.beat = beat;
  }

  /** Sends what there is. What does not arrive waits for the next time; its ids make sending it twice harmless. */
  flush(): Promise<void> {
    if (this.closed || this.now() < this.quietUntil) return Promise.resolve();
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** The same for a page that may be gone in a moment. */
  flushLast(): void {
    if (this.closed) return;
    while (this.events.length > 0) {
      const batch = this.events.slice(0, MOST_EVENTS);
      if (!this.line.beacon('event', { events: batch })) break;
      this.events.splice(0, batch.length);
    }
    if (this.beat && this.line.beacon('heartbeat', this.beat)) this.beat = null;
  }

  private async sendAll(): Promise<void> {
    while (!this.closed && this.beat) {
      const { beat } = this;
      if (!(await this.sent('heartbeat', beat))) return;
      // A later one may have come meanwhile.
      if (this.beat === beat) this.beat = null;
    }
    while (!this.closed && this.events.length > 0) {
      const batch = this.events.slice(0, MOST_EVENTS);
      const refused: PlayerEvent[] = [];
      if (
        !(await this.sent('event', { events: batch }, (error) =>
          refused.push(...named(error, batch)),
        ))
      )
        return;
      // All of a batch are noted or none: without those that are not right, the others are sent again.
      const settled = refused.length > 0 ? refused : batch;
      this.events = this.events.filter((event) => !settled.includes(event));
    }
  }

  /** Whether that is settled: it arrived, or never will. */
  private async sent(
    telling: Telling,
    body: object,
    refused?: (error: unknown) => void,
  ): Promise<boolean> {
    try {
      await this.line.send(telling, body);
      this.strikes = 0;
      return true;
    } catch (error) {
      const { status, transient, retryAfter } = aboutError(error);
      if (status === 404) this.strikes += 1;
      // The video was withdrawn, or the view is gone: nobody wants to know more.
      this.closed = status === 403 || this.strikes >= STRIKES;
      if (status === 400) refused?.(error);
      if (!transient && status !== 404) return true;
      this.quietUntil = this.now() + (retryAfter ? retryAfter * 1000 : REST);
      return false;
    }
  }
}

/** The events that an error names as not right, such as `events[2].timestamp`. */
function named(error: unknown, batch: PlayerEvent[]): PlayerEvent[] {
  if (!(error instanceof ApiError)) return [];
  const places = new Set(
    Object.keys(error.fields).map((field) => /^events\[(\d+)\]/.exec(field)?.[1]),
  );
  return batch.filter((_, place) => places.has(String(place)));
}

function aboutError(error: unknown): Pick<ApiError, 'status' | 'transient' | 'retryAfter'> {
  return error instanceof ApiError ? error : { status: 0, transient: true };
}
