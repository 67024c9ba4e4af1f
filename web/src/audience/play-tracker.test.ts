import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/client';
import type { Heartbeat, PlayerEvent } from '../api/types';
import { Outbox, type Line } from './outbox';
import { PlayTracker } from './play-tracker';

/** A media element whose playhead moves with the clock of the tests. */
class Player extends EventTarget {
  duration = 100;
  paused = true;
  ended = false;
  seeking = false;
  readyState = 4;
  playbackRate = 1;
  currentTime = 0;
  private stalled = false;

  fire(...names: string[]) {
    for (const name of names) this.dispatchEvent(new Event(name));
  }

  play() {
    this.paused = false;
    this.fire('play', 'playing');
  }

  pause() {
    this.paused = true;
    this.fire('pause');
  }

  stall() {
    this.stalled = true;
    this.fire('waiting');
  }

  goOn() {
    this.stalled = false;
    this.fire('playing');
  }

  seek(to: number) {
    this.seeking = true;
    this.currentTime = to;
    this.fire('seeking', 'timeupdate');
    this.seeking = false;
    this.fire('seeked');
  }

  /** Lets time pass, and plays where it is to play. */
  async run(seconds: number) {
    for (let step = 0; step < seconds * 4; step += 1) {
      if (!this.paused && !this.stalled) {
        this.currentTime = Math.min(this.duration, this.currentTime + this.playbackRate / 4);
      }
      await vi.advanceTimersByTimeAsync(250);
      if (!this.paused && !this.stalled) this.fire('timeupdate');
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  end() {
    this.ended = true;
    this.paused = true;
    this.fire('pause', 'ended');
  }
}

interface Told {
  beats: Heartbeat[];
  events: PlayerEvent[];
  batches: number[];
}

const view = { videoId: 'video', viewId: 'video.view' };
let told: Told;
let beacons: Told;
let failure: Error | null;
let player: Player;
let stop: () => void;

function write(to: Told, telling: string, body: object) {
  if (telling === 'heartbeat') to.beats.push(body as Heartbeat);
  else {
    const { events } = body as { events: PlayerEvent[] };
    to.events.push(...events);
    to.batches.push(events.length);
  }
}

const line: Line = {
  send: (telling, body) => {
    if (failure) return Promise.reject(failure);
    write(told, telling, body);
    return Promise.resolve();
  },
  beacon: (telling, body) => {
    write(beacons, telling, body);
    return true;
  },
};

const kinds = ({ events }: Told) => events.map(({ eventType }) => eventType);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('HTMLMediaElement', { HAVE_FUTURE_DATA: 3 });
  told = { beats: [], events: [], batches: [] };
  beacons = { beats: [], events: [], batches: [] };
  failure = null;
  player = new Player();
  const tracker = new PlayTracker(
    player as unknown as HTMLVideoElement,
    view,
    new Outbox(line),
    () => Date.now(),
  );
  stop = tracker.start();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a heartbeat follows every ten seconds of playing', async () => {
  await player.run(30);
  expect(told.beats).toEqual([]);
  player.play();
  await player.run(9.5);
  expect(told.beats).toEqual([]);
  await player.run(22);
  expect(told.beats.map((beat) => beat.watchTimeSeconds)).toEqual([10, 20, 30]);
  expect(told.beats[1]).toEqual({ viewId: view.viewId, watchTimeSeconds: 20, position: 20 });
});

test('a pause is not watched, and tells what was', async () => {
  player.play();
  await player.run(4);
  player.pause();
  expect(told.beats.map((beat) => beat.watchTimeSeconds)).toEqual([4]);
  await player.run(60);
  player.play();
  await player.run(10);
  expect(told.beats.map((beat) => beat.watchTimeSeconds)).toEqual([4, 14]);
  expect(kinds(told)).toEqual(['play', 'startup', 'pause', 'play']);
});

test('at twice the speed half the time is watched, and no part of the video is left out', async () => {
  player.playbackRate = 2;
  player.play();
  await player.run(10);
  expect(told.beats.map(({ watchTimeSeconds, position }) => [watchTimeSeconds, position])).toEqual([
    [5, 10],
    [10, 20],
  ]);
});

test('what a seek skips is not watched, and what was watched before it is told with its place', async () => {
  player.play();
  await player.run(5);
  player.seek(80);
  await player.run(10);
  expect(told.beats.map(({ watchTimeSeconds, position }) => [watchTimeSeconds, position])).toEqual([
    [5, 5],
    [15, 90],
  ]);
  expect(told.events.at(-1)).toMatchObject({ eventType: 'seek', timestamp: 80 });
});

test('many seeks in a row are one', async () => {
  player.play();
  await player.run(2);
  for (const to of [20, 30, 40]) player.seek(to);
  await player.run(12);
  expect(kinds(told)).toEqual(['play', 'startup', 'seek']);
});

test('the time to the first picture is counted from the first press of Play', async () => {
  player.paused = false;
  player.fire('play', 'waiting');
  await vi.advanceTimersByTimeAsync(730);
  player.fire('playing');
  stop();
  const startup = beacons.events.find((event) => event.eventType === 'startup');
  expect(startup).toMatchObject({ durationMillis: 730, timestamp: 0 });
  expect(kinds(beacons)).not.toContain('rebuffer');
});

test('a stall is accounted with its length, and is not watched', async () => {
  player.play();
  await player.run(3);
  player.stall();
  await player.run(2.5);
  player.goOn();
  await player.run(7);
  expect(told.beats.map((beat) => beat.watchTimeSeconds)).toEqual([10]);
  const stalls = told.events.filter((event) => event.eventType === 'rebuffer');
  expect(stalls).toHaveLength(1);
  expect(stalls[0]).toMatchObject({ durationMillis: 2500, timestamp: 3 });
});

test('waiting after a seek, short hiccups and the end are no stalls', async () => {
  player.play();
  await player.run(2);
  player.readyState = 1;
  player.seek(50);
  player.stall();
  await player.run(2);
  player.readyState = 4;
  player.goOn();
  await player.run(2);
  player.fire('waiting');
  await vi.advanceTimersByTimeAsync(50);
  player.fire('playing');
  player.fire('waiting');
  player.end();
  expect(kinds(told)).not.toContain('rebuffer');
});

test('who gives up during a stall was waiting until then', async () => {
  player.play();
  await player.run(2);
  player.stall();
  await player.run(4);
  player.pause();
  await player.run(0);
  expect(told.events.find((event) => event.eventType === 'rebuffer')?.durationMillis).toBe(4000);
});

test('it is complete once, when the credits begin', async () => {
  player.duration = 40;
  player.play();
  await player.run(37);
  expect(kinds(told)).not.toContain('complete');
  await player.run(3);
  player.end();
  player.ended = false;
  player.currentTime = 0;
  player.play();
  await player.run(40);
  player.end();
  expect(kinds(told).filter((kind) => kind === 'complete')).toHaveLength(1);
  expect(told.beats.at(-1)?.watchTimeSeconds).toBe(80);
});

test('a computer that slept has not watched', async () => {
  player.play();
  await player.run(5);
  await vi.advanceTimersByTimeAsync(3_600_000);
  await player.run(6);
  expect(told.beats.at(-1)?.watchTimeSeconds).toBeLessThanOrEqual(12);
});

test('who leaves tells the rest by beacon, once', async () => {
  player.play();
  await player.run(6);
  stop();
  expect(beacons.beats).toEqual([{ viewId: view.viewId, watchTimeSeconds: 6, position: 6 }]);
  expect(kinds(beacons)).toEqual(['play', 'startup']);
  stop();
  expect(beacons.beats).toHaveLength(1);
  player.play();
  await player.run(20);
  expect(told.beats).toEqual([]);
});

test('what did not arrive is sent again later, with the same ids, fifty events at a time', async () => {
  failure = new ApiError('No connection.', 0, 'network');
  player.play();
  for (let n = 0; n < 60; n += 1) {
    await player.run(1);
    player.pause();
    player.play();
  }
  expect(told.events).toEqual([]);
  failure = null;
  await player.run(35);
  expect(told.batches.slice(0, 2)).toEqual([50, 50]);
  expect(new Set(told.events.map((event) => event.eventId)).size).toBe(told.events.length);
  expect(told.events.filter((event) => event.eventType === 'play')).toHaveLength(61);
});

test('a server that has enough is left in peace for as long as it asks', async () => {
  let asked = 0;
  vi.spyOn(line, 'send').mockImplementation(() => {
    asked += 1;
    return Promise.reject(new ApiError('Too many.', 429, 'rate_limited', {}, undefined, 60));
  });
  player.duration = 1000;
  player.play();
  await player.run(59);
  expect(asked).toBe(1);
  await player.run(20);
  expect(asked).toBe(2);
});

test('nothing more is told of a video that was withdrawn', async () => {
  failure = new ApiError('Media is locked', 403, 'media_locked');
  player.play();
  await player.run(12);
  failure = null;
  await player.run(60);
  stop();
  expect([...told.beats, ...beacons.beats, ...told.events, ...beacons.events]).toEqual([]);
});

test('a view that is stored a moment late is told of later, and one that never was is given up', async () => {
  failure = new ApiError('No such view.', 404, 'not_found');
  player.duration = 1000;
  player.play();
  await player.run(12);
  failure = null;
  await player.run(35);
  expect(told.beats.at(-1)?.watchTimeSeconds).toBeGreaterThan(35);
  failure = new ApiError('No such view.', 404, 'not_found');
  await player.run(120);
  failure = null;
  told.beats = [];
  await player.run(60);
  expect(told.beats).toEqual([]);
});

test('of events that are not right, the others of their batch are told', async () => {
  const sent: PlayerEvent[][] = [];
  vi.spyOn(line, 'send').mockImplementation((telling, body) => {
    if (telling !== 'event') return Promise.resolve();
    const { events } = body as { events: PlayerEvent[] };
    sent.push(events);
    const place = events.findIndex((event) => event.eventType === 'startup');
    if (place < 0) return Promise.resolve();
    const fields = {
      [`events[${String(place)}].timestamp`]: 'It is a moment that the video does not have.',
    };
    return Promise.reject(new ApiError('Not right.', 400, 'invalid_request', fields));
  });
  player.play();
  await player.run(12);
  player.pause();
  await player.run(1);
  expect(sent.map((events) => events.map((event) => event.eventType))).toEqual([
    ['play', 'startup'],
    ['play'],
    ['pause'],
  ]);
});

test('a computer that slept has waited for an hour at the most', async () => {
  player.play();
  await player.run(2);
  player.stall();
  await vi.advanceTimersByTimeAsync(9_000_000);
  player.goOn();
  await player.run(12);
  expect(told.events.find((event) => event.eventType === 'rebuffer')?.durationMillis).toBe(
    3_600_000,
  );
});
