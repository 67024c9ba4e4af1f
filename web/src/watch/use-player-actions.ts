import { useMemo, useState, type RefObject } from 'react';
import type { PlayerCommand } from './keys';

export const SPEEDS: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export interface PlayerActions {
  toggle: () => void;
  seek: (seconds: number) => void;
  setVolume: (volume: number) => void;
  setRate: (rate: number) => void;
  run: (command: PlayerCommand) => void;
}

/** What was just done, for a moment on the picture. `count` tells repeated texts apart. */
export interface Feedback {
  text: string;
  count: number;
}

export function usePlayerActions(
  video: RefObject<HTMLVideoElement | null>,
  frame: RefObject<HTMLElement | null>,
  openHelp: () => void,
): { actions: PlayerActions; feedback: Feedback } {
  const [feedback, setFeedback] = useState<Feedback>({ text: '', count: 0 });

  const actions = useMemo(() => {
    const say = (text: string) => setFeedback(({ count }) => ({ text, count: count + 1 }));
    return makeActions(video, frame, openHelp, say);
  }, [video, frame, openHelp]);

  return { actions, feedback };
}

function makeActions(
  video: RefObject<HTMLVideoElement | null>,
  frame: RefObject<HTMLElement | null>,
  openHelp: () => void,
  say: (text: string) => void,
): PlayerActions {
  const withVideo = (use: (element: HTMLVideoElement) => void) => {
    if (video.current) use(video.current);
  };
  const toggle = () =>
    withVideo((element) => {
      // Pausing before play has begun rejects its promise, which is no news.
      if (element.paused) element.play().catch(() => {});
      else element.pause();
    });
  const seek = (seconds: number) =>
    withVideo((element) => {
      const end = Number.isFinite(element.duration) ? element.duration : 0;
      element.currentTime = Math.min(end, Math.max(0, seconds));
    });
  const setVolume = (volume: number) =>
    withVideo((element) => {
      element.volume = Math.min(1, Math.max(0, Number(volume.toFixed(2))));
      element.muted = element.volume === 0;
    });
  const setRate = (rate: number) =>
    withVideo((element) => {
      element.playbackRate = rate;
    });

  const run = (command: PlayerCommand) =>
    withVideo((element) => {
      switch (command.do) {
        case 'toggle':
          return toggle();
        case 'seek-by':
          seek(element.currentTime + command.seconds);
          return say(`${command.seconds > 0 ? '+' : '−'}${Math.abs(command.seconds)} s`);
        case 'seek-to':
          return seek(command.fraction * element.duration || 0);
        case 'volume-by':
          setVolume((element.muted ? 0 : element.volume) + command.step);
          return say(`Volume ${Math.round(element.volume * 100)} %`);
        case 'mute':
          element.muted = !element.muted;
          return say(element.muted ? 'Muted' : 'Sound on');
        case 'speed-by': {
          const at = SPEEDS.indexOf(element.playbackRate) + command.steps;
          setRate(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))] ?? 1);
          return say(`${element.playbackRate}×`);
        }
        case 'fullscreen':
          return toggleFullScreen(frame.current, element);
        case 'help':
          return openHelp();
      }
    });

  return { toggle, seek, setVolume, setRate, run };
}

/** Safari on iPhones gives only the video itself the full screen. */
interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}

function toggleFullScreen(frame: HTMLElement | null, video: AppleVideo): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (frame?.requestFullscreen) frame.requestFullscreen().catch(() => {});
  else video.webkitEnterFullscreen?.();
}
