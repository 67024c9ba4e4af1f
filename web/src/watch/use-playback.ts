import Hls, { ErrorTypes, Events, type ErrorData, type Level } from 'hls.js';
import { useCallback, useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';

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
}

/** Problems of the same kind that are mended within this many milliseconds; more often is no mending. */
const MENDING_WINDOW = 30_000;
const MENDINGS = 3;
const GONE = new Set([401, 403, 404, 410]);

/** Plays an HLS source in a video element: with hls.js, or natively where Media Source Extensions are missing. */
export function usePlayback(video: RefObject<HTMLVideoElement | null>, source: Source): Playback {
  const [qualities, setQualities] = useState<readonly Quality[]>([]);
  const [chosen, setChosen] = useState(-1);
  const [current, setCurrent] = useState(-1);
  const [error, setError] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const hls = useRef<Hls | null>(null);
  const renew = useEffectEvent(() => source.renew());
  const resumeAt = useRef(0);

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
    const tries = new MendingLimit();
    player.on(Events.MANIFEST_PARSED, (_, { levels }) => {
      setQualities(qualitiesOf(levels));
      setChosen(-1);
    });
    player.on(Events.LEVEL_SWITCHED, (_, { level }) => setCurrent(level));
    player.on(Events.ERROR, (_, data) => {
      if (!data.fatal) return;
      void mend(player, element, data, tries, () => renew()).then((mended) => {
        if (!mended) fail(sentenceOfFailure(data));
      });
    });
    player.loadSource(url);
    player.attachMedia(element);
    return () => {
      player.destroy();
      hls.current = null;
    };
  }, [video, url, round]);

  const choose = useCallback((level: number) => {
    setChosen(level);
    // Drops what is loaded in the old quality, also behind the playhead: what is chosen is what is seen.
    if (hls.current) hls.current.currentLevel = level;
  }, []);
  const restart = useCallback(() => {
    setError(null);
    setRound((n) => n + 1);
  }, []);
  return { qualities, chosen, current, choose, error, restart };
}

function qualitiesOf(levels: readonly Level[]): Quality[] {
  return levels.map((level, index) => ({ level: index, label: labelOf(level) })).toReversed();
}

function labelOf({ name, width, height }: Level): string {
  // Named as the API names renditions: by the short side.
  return name || (width && height ? `${Math.min(width, height)}p` : 'Original');
}

class MendingLimit {
  private readonly times: number[] = [];

  allows(now = performance.now()): boolean {
    const recent = this.times.filter((at) => now - at < MENDING_WINDOW);
    if (recent.length >= MENDINGS) return false;
    this.times.push(now);
    return true;
  }
}

async function mend(
  player: Hls,
  element: HTMLVideoElement,
  data: ErrorData,
  tries: MendingLimit,
  renew: () => Promise<string>,
): Promise<boolean> {
  if (!tries.allows()) return false;
  const position = element.currentTime;
  const goOn = playAgain(element);
  if (data.type === ErrorTypes.MEDIA_ERROR) {
    player.recoverMediaError();
    goOn();
    return true;
  }
  if (data.type !== ErrorTypes.NETWORK_ERROR) return false;
  if (!GONE.has(data.response?.code ?? 0)) {
    // hls.js has already tried several times by itself: going on helps only after a short outage.
    if (player.levels.length === 0) return false;
    player.startLoad();
    return true;
  }
  try {
    const url = await renew();
    player.config.startPosition = position;
    player.loadSource(url);
    goOn();
    return true;
  } catch {
    return false;
  }
}

/** A new source pauses the element. What comes back plays on if it is playing now. */
function playAgain(element: HTMLVideoElement): () => void {
  if (element.paused) return () => {};
  const play = () => void element.play().catch(() => {});
  return () => element.addEventListener('canplay', play, { once: true });
}

function sentenceOfFailure({ type, response }: ErrorData): string {
  if (type === ErrorTypes.NETWORK_ERROR) {
    const code = response?.code ?? 0;
    if (code === 0) return 'The connection was lost. Check it and try again.';
    if (GONE.has(code)) return 'You may not watch this video now, or it was removed.';
    return `The server had a problem (status ${code}). Try again in a moment.`;
  }
  if (type === ErrorTypes.MEDIA_ERROR) return 'This browser cannot play the video.';
  return 'The player stopped unexpectedly.';
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
    const goOn = playAgain(element);
    renew().then(
      (fresh) => {
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
