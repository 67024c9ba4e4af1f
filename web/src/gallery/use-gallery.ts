import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useNavigationType } from 'react-router';
import { useApi } from '../app-context';
import { sentenceOf } from '../api/client';
import { listGallery } from '../api/gallery';
import type { PublicList, PublicVideo } from '../api/types';

/** What was loaded for a question so far. */
interface Loaded {
  query: string;
  /** Null before the first answer. */
  videos: readonly PublicVideo[] | null;
  total: number;
  cursor: string | null;
}

/** The list that was left last, for who comes back to it. */
let left: (Loaded & { scroll: number; at: number }) | null = null;
/** A list that was left longer ago is loaded anew, in milliseconds. */
const KEEPS = 600_000;

export interface Gallery {
  /** Those of the question before while a new one is asked. */
  videos: readonly PublicVideo[] | null;
  total: number | null;
  loading: boolean;
  more: boolean;
  error: string | null;
  loadMore: () => void;
  reload: () => void;
}

/** An endless list: a page of it after the other, and all of it again for who comes back. */
export function useGallery(query: string): Gallery {
  const api = useApi();
  const back = useNavigationType() === 'POP';
  const [kept] = useState(() => (back ? leftList(query) : null));
  const [list, setList] = useState<Loaded>(kept ?? { query, videos: null, total: 0, cursor: null });
  const [failed, setFailed] = useState<{ at: string; text: string } | null>(null);
  const [round, setRound] = useState(0);
  const [asking, setAsking] = useState(false);
  const first = list.query !== query || list.videos === null;
  const question = `${query} ${round}`;

  useEffect(() => {
    if (!first && round === 0) return undefined;
    const stop = new AbortController();
    listGallery(api, query, stop.signal)
      .then((answer) => {
        if (stop.signal.aborted) return;
        setFailed(null);
        setList(joined({ query, videos: [], total: 0, cursor: null }, answer));
      })
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setFailed({ at: question, text: sentenceOf(error) });
      });
    return () => stop.abort();
    // Whether it is the first page is decided when the question changes, not when its answer is there.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [api, query, round]);

  const { cursor } = list;
  const loadMore = useCallback(() => {
    if (!cursor || asking) return;
    setAsking(true);
    listGallery(api, `${query}&${new URLSearchParams({ cursor })}`)
      .then((answer) => {
        setFailed(null);
        setList((old) => (old.cursor === cursor ? joined(old, answer) : old));
      })
      .catch((error: unknown) => setFailed({ at: question, text: sentenceOf(error) }))
      .finally(() => setAsking(false));
  }, [api, query, cursor, asking, question]);

  useKeeping(list);
  useLayoutEffect(() => {
    if (kept) window.scrollTo(0, kept.scroll);
  }, [kept]);

  const error = failed?.at === question ? failed.text : null;
  return {
    videos: list.videos,
    total: list.videos ? list.total : null,
    loading: (first || asking) && !error,
    more: !first && cursor !== null,
    error,
    loadMore,
    reload: () => setRound((n) => n + 1),
  };
}

/** Remembers the list and the place in it when the page is left. */
function useKeeping(list: Loaded) {
  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  });
  useLayoutEffect(() => {
    // By the time of leaving, the page that follows may have scrolled already.
    let scroll = window.scrollY;
    const onScroll = () => {
      scroll = window.scrollY;
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onScroll);
      left = { ...latest.current, scroll, at: Date.now() };
    };
  }, []);
}

function leftList(query: string) {
  const fits = left?.videos && left.query === query && Date.now() - left.at < KEEPS;
  return fits ? left : null;
}

/** A video that moved down meanwhile comes twice, and is shown once. */
function joined(list: Loaded, { videos, pagination }: PublicList): Loaded {
  const seen = new Set(list.videos?.map(({ id }) => id));
  return {
    ...list,
    videos: [...(list.videos ?? []), ...videos.filter(({ id }) => !seen.has(id))],
    total: pagination.total,
    cursor: pagination.hasMore ? (pagination.nextCursor ?? null) : null,
  };
}
