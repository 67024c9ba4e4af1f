import type { PlayerEventType } from '../api/types';
import { uuid7 } from './ids';
import type { Outbox } from './outbox';
import { Playtime } from './playtime';

/** Milliseconds between two looks at a playing video. */
const LOOK_EVERY = 1000;
/** Shorter stalls are not noticed, in milliseconds. */
const SHORTEST_STALL = 100;
/** From here on a video counts as watched to its end: what follows are credits. */
const COMPLETE_AT = 0.95;
/** The longest wait that the API believes, in milliseconds: a computer that slept did not wait. */
const LONGEST_WAIT = 3_600_000;
/** Seconds of playing that are worth telling when it pauses. */
const WORTH_TELLING = 1;

/** The parts of a media element that are looked at. */
export type Watched = Pick<
  HTMLVideoElement,
  | 'currentTime'
  | 'duration'
  | 'paused'
  | 'ended'
  | 'seeking'
  | 'readyState'
  | 'playbackRate'
  | 'addEventListener'
  | 'removeEventListener'
>;

/** Follows one view of a video in a player: what is watched, what is pressed, and how well it plays. */
export class PlayTracker {
  private readonly playtime = new Playtime();
  private timer: ReturnType<typeof setInterval> | undefined;
  /** When Play was first pressed; the first picture is yet to come. */
  private startedAt: number | null = null;
  private started = false;
  private completed = false;
  private stalledAt: number | null = null;
  /** After a seek, until it plays again: waiting is part of the seek. */
  private settling = false;
  /** Where the picture was when it last moved: after a seek, the element says something else. */
  private position = 0;

  constructor(
    private readonly element: Watched,
    private readonly view: { videoId: string; viewId: string },
    private readonly outbox: Outbox,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Follows the element until the returned function is called, which tells the rest. */
  start(): () => void {
    const { element } = this;
    const handlers = {
      play: () => this.onPlay(),
      playing: () => this.onPlaying(),
      pause: () => this.onPause(),
      waiting: () => this.onWaiting(),
      seeking: () => this.onSeeking(),
      seeked: () => this.onSeeked(),
      timeupdate: () => this.look(),
      ratechange: () => this.look(),
      ended: () => this.onEnded(),
    };
    const entries = Object.entries(handlers);
    for (const [name, handler] of entries) element.addEventListener(name, handler);
    if (!element.paused) {
      this.onPlay();
      if (element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) this.onPlaying();
    }
    return () => {
      for (const [name, handler] of entries) element.removeEventListener(name, handler);
      clearInterval(this.timer);
      this.leave();
    };
  }

  /** The page may be gone in a moment. */
  leave(): void {
    this.look();
    this.putBeat();
    this.outbox.flushLast();
  }

  private get moving(): boolean {
    const { paused, seeking } = this.element;
    return this.started && this.stalledAt === null && !paused && !seeking;
  }

  private onPlay(): void {
    this.playtime.jump();
    if (this.startedAt === null) this.startedAt = this.now();
    this.note('play');
    clearInterval(this.timer);
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
  }

  private onPlaying(): void {
    if (!this.started && this.startedAt !== null) {
      this.started = true;
      this.note('startup', this.now() - this.startedAt);
    }
    this.endStall();
    this.settling = false;
    this.measure(false);
  }

  private onPause(): void {
    clearInterval(this.timer);
    this.measure(this.started && this.stalledAt === null && !this.element.seeking);
    this.endStall();
    // Coming to the end pauses as well.
    if (this.element.ended || !this.started) return;
    this.note('pause');
    this.tell();
  }

  private onWaiting(): void {
    this.look();
    const { paused, seeking, ended } = this.element;
    const stalls = this.started && !this.settling && !paused && !seeking && !ended;
    if (stalls) this.stalledAt ??= this.now();
  }

  private onSeeking(): void {
    // The playhead is there already: what was watched before was counted with the last look.
    this.endStall();
    this.settling = true;
    this.playtime.jump();
    if (this.started && this.playtime.pending >= WORTH_TELLING) this.tell();
  }

  private onSeeked(): void {
    this.measure(false);
    if (this.element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) this.settling = false;
    // A player that begins in the middle seeks there before anybody has pressed anything.
    if (this.started) this.note('seek');
  }

  private onEnded(): void {
    // Waiting for what comes after the end is no stall.
    this.stalledAt = null;
    this.look();
    this.complete();
    this.tell();
  }

  private look(): void {
    this.measure(this.moving);
    const { currentTime, duration } = this.element;
    if (this.moving && duration > 0 && currentTime / duration >= COMPLETE_AT) this.complete();
    if (this.playtime.due) this.tell();
  }

  private measure(moving: boolean): void {
    this.playtime.look(this.now(), this.element, moving);
    if (moving) this.position = this.element.currentTime;
  }

  private complete(): void {
    if (this.completed) return;
    this.completed = true;
    this.note('complete');
  }

  /** A stall ends when it plays, and also when somebody no longer waits. */
  private endStall(): void {
    if (this.stalledAt === null) return;
    const millis = this.now() - this.stalledAt;
    this.stalledAt = null;
    this.playtime.jump();
    if (millis >= SHORTEST_STALL) this.note('rebuffer', millis);
  }

  private note(eventType: PlayerEventType, millis?: number): void {
    const { currentTime } = this.element;
    this.outbox.add({
      ...this.view,
      eventType,
      timestamp: rounded(currentTime),
      eventId: uuid7(),
      ...(millis !== undefined && { durationMillis: Math.min(Math.round(millis), LONGEST_WAIT) }),
    });
  }

  private putBeat(): void {
    if (this.playtime.pending < WORTH_TELLING) return;
    this.outbox.setBeat({
      viewId: this.view.viewId,
      watchTimeSeconds: Math.floor(this.playtime.watched),
      position: rounded(this.position),
    });
    this.playtime.told();
  }

  private tell(): void {
    this.putBeat();
    void this.outbox.flush();
  }
}

/** A position to the millisecond. */
function rounded(seconds: number): number {
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * 1000) / 1000) : 0;
}
