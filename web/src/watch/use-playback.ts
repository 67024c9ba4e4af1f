import Hls, { Events, type Level } from 'hls.js';
import { useCallback, useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import { Mender, playAgain } from './mender';

/** One choice of the quality menu. */
export interface Quality {
  /** hls.js's index of the level. */
  level: number;
  label: string;
}

export interface Playback {
  /** The best first. Empty when the browser itself chooses. */
  qualities: readonly Quality[];
  /** The chosen level; -1 for automatic. */
  chosen: number;
  /** The level on screen; -1 before the first. */
  current: number;
  choose: (level: number) => void;
  /** Why playing ended for good, as a sentence. */
  error: string | null;
  /** Starts over where it stopped. */
  restart: () => void;
}

interface Source {
  /** Address of the master playlist, with its token. */
  url: string;
  /** A fresh address, after the old one's token or segment addresses have expired. */
  renew: () => Promise<string>;
  /** Seconds from the video's beginning. */
  startAt?: number;
}

/** Plays an HLS source in a video element: with hls.js, or natively where Media Source Extensions are missing. */
export function usePlayback(video: RefObject<HTMLVideoElement | null>, source: Source): Playback {
  const [qualities, setQualities] = useState<readonly Quality[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [current, setCurrent] = useState(-1);
  const [error, setError] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const hls = useRef<Hls | null>(null);
  const renew = useEffectEvent(() => source.renew());
  const resumeAt = useRef(source.startAt ?? 0);
  const wanted = useRef(-1);

  const { url } = source;
  useEffect(() => {
    const element = video.current;
    if (!element) return undefined;
    const fail = (sentence: string) => {
      resumeAt.current = element.currentTime;
      setError(sentence);
    };
    if (!Hls.isSupported())
      return playNatively(element, url, resumeAt.current, () => renew(), fail);

    const player = new Hls({ capLevelToPlayerSize: true, startPosition: resumeAt.current || -1 });
    hls.current = player;
    const giveUp = (sentence: string) => {
      if (hls.current !== player) return;
      fail(sentence);
      player.destroy();
      hls.current = null;
    };
    const mender = new Mender(player, element, () => renew(), giveUp);
    player.on(Events.MANIFEST_PARSED, (_, { levels }) => {
      setQualities(qualitiesOf(levels));
      // After a renewal the choice still stands.
      if (levels[wanted.current]) player.currentLevel = wanted.current;
    });
    player.on(Events.LEVEL_SWITCHED, (_, { level }) => setCurrent(level));
    player.on(Events.ERROR, (_, data) => void mender.take(data));
    player.loadSource(url);
    player.attachMedia(element);
    return () => {
      if (hls.current === player) player.destroy();
      hls.current = null;
    };
  }, [video, url, round]);

  const choose = useCallback((level: number) => {
    setChosen(level);
    wanted.current = level;
    // Drops what is loaded in the old quality, also behind the playhead: what is chosen is what is seen.
    if (hls.current) hls.current.currentLevel = level;
  }, []);
  const restart = useCallback(() => {
    setError(null);
    setRound((n) => n + 1);
  }, []);

  useEffect(() => {
    if (!error) return undefined;
    window.addEventListener('online', restart);
    return () => window.removeEventListener('online', restart);
  }, [error, restart]);

  return { qualities, chosen, current, choose, error, restart };
}

function qualitiesOf(levels: readonly Level[]): Quality[] {
  return levels.map((level, index) => ({ level: index, label: labelOf(level) })).toReversed();
}

function labelOf({ name, width, height }: Level): string {
  // Named as the API names renditions: by the short side.
  return name || (width && height ? `${Math.min(width, height)}p` : 'Original');
}

function playNatively(
  element: HTMLVideoElement,
  url: string,
  startAt: number,
  renew: () => Promise<string>,
  fail: (sentence: string) => void,
): () => void {
  if (!element.canPlayType('application/vnd.apple.mpegurl')) {
    fail('This browser cannot play HLS video. Use a current version of Chrome, Firefox or Safari.');
    return () => {};
  }
  let renewed = false;
  const resumeFrom = (position: number) => {
    const seek = () => {
      element.currentTime = position;
    };
    if (position > 0) element.addEventListener('loadedmetadata', seek, { once: true });
  };
  const onError = () => {
    if (renewed) return fail('The video could not be loaded. Try again.');
    renewed = true;
    const position = element.currentTime;
    renew().then(
      (fresh) => {
        const goOn = playAgain(element);
        resumeFrom(position);
        goOn();
        element.src = fresh;
      },
      () => fail('The video could not be loaded. Try again.'),
    );
  };
  element.addEventListener('error', onError);
  resumeFrom(startAt);
  element.src = url;
  return () => {
    element.removeEventListener('error', onError);
    element.removeAttribute('src');
    element.load();
  };
}
