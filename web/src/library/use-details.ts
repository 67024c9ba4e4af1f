import { createContext, useContext, useEffect, useState, type RefObject } from 'react';
import type { Video, VideoSummary } from '../api/types';
import type { DetailsCache } from './details-cache';

export const DetailsContext = createContext<DetailsCache | null>(null);

/** How far below the window a row counts as in sight: its picture is there when it is scrolled to. */
const MARGIN = '240px';

/** Details of a listed video, asked for once the element comes in sight. */
export function useDetails(
  video: VideoSummary,
  element: RefObject<HTMLElement | null>,
): Video | null {
  const cache = useContext(DetailsContext);
  const { id, updatedAt } = video;
  const [loaded, setLoaded] = useState<Video | null>(null);

  useEffect(() => {
    if (!cache || !element.current || cache.known(id, updatedAt)) return undefined;
    const stop = new AbortController();
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        // A row without a picture is still a row.
        cache.load(id, updatedAt, stop.signal).then(setLoaded, () => {});
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => {
      stop.abort();
      observer.disconnect();
    };
  }, [cache, id, updatedAt, element]);

  // An older state is better than an empty frame while the new one loads.
  return cache?.known(id, updatedAt) ?? loaded ?? cache?.older(id) ?? null;
}
