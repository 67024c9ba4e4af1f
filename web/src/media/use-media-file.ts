import { useCallback, useEffect, useState } from 'react';
import { useApi } from '../app-context';
import { sentenceOf } from '../api/client';
import { retryMediaFile } from '../api/media';
import type { MediaFile } from '../api/types';
import { follow } from './follow';

export interface FollowedFile {
  file: MediaFile | null;
  /** What ended the following before the file was settled. */
  error: string | null;
  /** A passing problem: the connection is lost and being retried. */
  trouble: string | null;
  /** Looks again, from the start. */
  reload: () => void;
  /** Asks for a new transcode and follows it. */
  retry: () => Promise<void>;
}

/** Follows a media file while the component is on the page. */
export function useMediaFile(id: string): FollowedFile {
  const api = useApi();
  const [file, setFile] = useState<MediaFile | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    const events = { onChange: setFile, onTrouble: setTrouble };
    follow(api, id, events, stop.signal).catch((reason: unknown) => {
      if (!stop.signal.aborted) setError(sentenceOf(reason));
    });
    return () => stop.abort();
  }, [api, id, round]);

  const reload = useCallback(() => {
    setError(null);
    setRound((n) => n + 1);
  }, []);
  const retry = useCallback(async () => {
    try {
      const { status } = await retryMediaFile(api, id);
      setFile((old) => old && { ...old, status, progress: 0, errorMessage: null });
      reload();
    } catch (reason) {
      setError(sentenceOf(reason));
    }
  }, [api, id, reload]);

  return { file, error, trouble, reload, retry };
}
