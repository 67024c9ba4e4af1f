import { useEffect, useState, type RefObject } from 'react';

/** What the controls show of a video element. */
export interface VideoState {
  paused: boolean;
  ended: boolean;
  /** It wants to play and has nothing to show. */
  waiting: boolean;
  /** Seconds. */
  time: number;
  /** Seconds; 0 until known. */
  duration: number;
  /** Seconds up to which the part around the current time is loaded. */
  loaded: number;
  volume: number;
  muted: boolean;
  rate: number;
  /** It has been started at least once. */
  started: boolean;
}

const INITIAL: VideoState = {
  paused: true,
  ended: false,
  waiting: false,
  time: 0,
  duration: 0,
  loaded: 0,
  volume: 1,
  muted: false,
  rate: 1,
  started: false,
};

const EVENTS = [
  'play',
  'pause',
  'ended',
  'waiting',
  'playing',
  'canplay',
  'seeking',
  'seeked',
  'timeupdate',
  'durationchange',
  'progress',
  'volumechange',
  'ratechange',
  'emptied',
] as const;

/** The element's state, kept up to date by its events. */
export function useVideoState(video: RefObject<HTMLVideoElement | null>): VideoState {
  const [state, setState] = useState(INITIAL);

  useEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    const update = () => setState((old) => read(element, old.started));
    for (const name of EVENTS) element.addEventListener(name, update);
    update();
    return () => {
      for (const name of EVENTS) element.removeEventListener(name, update);
    };
  }, [video]);

  return state;
}

function read(element: HTMLVideoElement, started: boolean): VideoState {
  const { paused, ended, currentTime, duration, volume, muted, playbackRate, readyState } = element;
  return {
    paused,
    ended,
    waiting: !paused && !ended && readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    time: currentTime,
    duration: Number.isFinite(duration) ? duration : 0,
    loaded: loadedUpTo(element),
    volume,
    muted: muted || volume === 0,
    rate: playbackRate,
    started: started || !paused || currentTime > 0,
  };
}

function loadedUpTo({ buffered, currentTime }: HTMLVideoElement): number {
  for (let n = 0; n < buffered.length; n += 1) {
    if (buffered.start(n) <= currentTime + 0.1 && currentTime <= buffered.end(n)) {
      return buffered.end(n);
    }
  }
  return 0;
}
