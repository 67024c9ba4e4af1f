/** Transfer speed over a sliding window, so that it is neither jumpy nor stale. */
export class SpeedMeter {
  private samples: { at: number; bytes: number }[] = [];

  constructor(
    /** Milliseconds. */
    private readonly windowMs = 6000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Records the total sent so far and returns bytes per second; 0 until there is something to compare with. */
  record(bytes: number): number {
    const at = this.now();
    const last = this.samples.at(-1);
    // A part that starts over takes the total back: what came before no longer says anything.
    if (last && bytes < last.bytes) this.samples = [];
    this.samples.push({ at, bytes });
    this.samples = this.samples.filter((sample) => at - sample.at <= this.windowMs);
    const first = this.samples[0];
    if (!first || at - first.at < 400) return 0;
    return ((bytes - first.bytes) * 1000) / (at - first.at);
  }

  reset(): void {
    this.samples = [];
  }
}
