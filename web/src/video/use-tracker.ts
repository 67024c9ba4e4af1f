import { useEffect, type RefObject } from 'react';
import { useApi, useVisitor } from '../app-context';
import type { ApiClient } from '../api/client';
import { Outbox, type Line, type Telling } from '../audience/outbox';
import { PlayTracker } from '../audience/play-tracker';

interface TrackedView {
  videoId: string;
  viewId: string;
  /** Where the viewer came from: the page before, or another site. */
  referer: string;
}

/** Tells what becomes of a view for as long as the player is on the page. */
export function useTracker(video: RefObject<HTMLVideoElement | null>, view: TrackedView): void {
  const api = useApi();
  const { sessionId } = useVisitor();
  const { videoId, viewId, referer } = view;

  useEffect(() => {
    const body = { videoId, viewId, sessionId, ...(referer && { referer }) };
    // The view itself is counted already; this adds what only the page knows.
    api
      .request('/api/track/view', { method: 'POST', body, anyone: true, keepalive: true })
      .catch(() => {});
  }, [api, sessionId, videoId, viewId, referer]);

  useEffect(() => {
    if (!video.current) return undefined;
    const tracker = new PlayTracker(video.current, { videoId, viewId }, new Outbox(lineOf(api)));
    const stop = tracker.start();
    const onPageHide = () => tracker.leave();
    // On a phone a page that is out of sight may never come back, and nothing else says so.
    const onVisibility = () => {
      if (document.visibilityState === 'hidden') tracker.leave();
    };
    window.addEventListener('pagehide', onPageHide);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      window.removeEventListener('pagehide', onPageHide);
      document.removeEventListener('visibilitychange', onVisibility);
      stop();
    };
  }, [api, video, videoId, viewId]);
}

function path(telling: Telling): string {
  return `/api/track/${telling}`;
}

function lineOf(api: ApiClient): Line {
  return {
    send: (telling, body) =>
      api.request(path(telling), { method: 'POST', body, anyone: true, keepalive: true }),
    // A type that needs no question to another origin first, for which there is no time.
    beacon: (telling, body) =>
      navigator.sendBeacon(
        api.absolute(path(telling)),
        new Blob([JSON.stringify(body)], { type: 'text/plain' }),
      ),
  };
}
