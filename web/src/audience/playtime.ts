/** What can be read of a media element. Seconds. */
export interface Playhead {
  currentTime: number;
  playbackRate: number;
}

/** Seconds of playing after which it is told, and seconds of the video after which it is told as well. */
export const BEAT_AFTER = 10;

/**
 * How long somebody has really watched: the time during which the picture moved. A stall, a pause, a seek and a
 * sleeping computer add nothing, and twice the speed is half the time.
 */
export class Playtime {
  /** Seconds. */
  watched = 0;
  /** Of that, seconds since the last `told`. */
  private untold = 0;
  /** Seconds of the video since the last `told`. */
  private covered = 0;
  private last: { at: number; position: number } | null = null;

  /** Looks at the playhead at a time in milliseconds; `moving` says that it was to move until now. */
  look(at: number, { currentTime, playbackRate }: Playhead, moving: boolean): void {
    if (this.last && moving) {
      const passed = Math.max(0, (at - this.last.at) / 1000);
      const advanced = Math.max(0, currentTime - this.last.position);
      const rate = playbackRate > 0 ? playbackRate : 1;
      // The picture cannot have moved for longer than time has passed; what is beyond that was a jump.
      const seconds = Math.min(advanced / rate, passed);
      this.watched += seconds;
      this.untold += seconds;
      this.covered += seconds * rate;
    }
    this.last = { at, position: currentTime };
  }

  /** The playhead went somewhere else by itself: what lies between was not watched. */
  jump(): void {
    this.last = null;
  }

  /** Whether it is time to tell. */
  get due(): boolean {
    return this.untold >= BEAT_AFTER || this.covered >= BEAT_AFTER;
  }

  /** Seconds that nobody was told of yet. */
  get pending(): number {
    return this.untold;
  }

  told(): void {
    this.untold = 0;
    this.covered = 0;
  }
}
