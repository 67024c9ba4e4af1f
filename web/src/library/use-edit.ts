import { useCallback, useEffect, useState } from 'react';
import { useApi } from '../app-context';
import { readVideo, updateVideo, type ReadVideo } from '../api/library';
import { ApiError, sentenceOf } from '../api/client';
import type { Video } from '../api/types';
import { changesBetween, changesOf, hasChanges, type Draft } from './draft';

/** Somebody else's change that came before ours. */
export interface Conflict {
  latest: ReadVideo;
  /** What they changed, field by field. */
  theirs: { name: string; value: string }[];
}

export interface Edit {
  video: Video | null;
  /** Why there is nothing to show. */
  error: string | null;
  draft: Draft;
  changed: boolean;
  saving: boolean;
  /** Why it could not be saved. */
  problem: string | null;
  problems: Readonly<Record<string, string>>;
  conflict: Conflict | null;
  write: (change: Draft) => void;
  /** Saves over the given revision, or over the one that was read. */
  save: (over?: ReadVideo) => Promise<void>;
  /** Drops what was written and shows what somebody else made of it. */
  takeTheirs: () => void;
  reload: () => void;
}

/**
 * A video that is read, changed and saved. A save names the revision it builds on: when somebody else was faster, it
 * says so with what they did, rather than write over it.
 */
export function useEdit(id: string, version: number, onSaved: (video: Video) => void): Edit {
  const api = useApi();
  const [read, setRead] = useState<ReadVideo | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [draft, setDraft] = useState<Draft>({});
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    readVideo(api, id, stop.signal)
      .then((answer) => {
        setError(null);
        setRead(answer);
      })
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(sentenceOf(reason));
      });
    return () => stop.abort();
  }, [api, id, version, round]);

  const write = useCallback((change: Draft) => {
    setFailure(null);
    setDraft((old) => ({ ...old, ...change }));
  }, []);
  const reload = useCallback(() => setRound((n) => n + 1), []);

  async function save(over: ReadVideo | null = read) {
    if (!over || !read) return;
    setSaving(true);
    setFailure(null);
    try {
      const saved = await updateVideo(api, id, changesOf(over.video, draft), over.eTag);
      setRead(saved);
      setDraft({});
      setConflict(null);
      onSaved(saved.video);
    } catch (reason) {
      if (reason instanceof ApiError && reason.status === 412) await meet(read);
      else setFailure(reason);
    } finally {
      setSaving(false);
    }
  }

  async function meet({ video }: ReadVideo) {
    try {
      const latest = await readVideo(api, id);
      setConflict({ latest, theirs: changesBetween(video, latest.video) });
    } catch (reason) {
      setFailure(reason);
    }
  }

  function takeTheirs() {
    if (conflict) setRead(conflict.latest);
    setConflict(null);
    setDraft({});
  }

  const video = read?.video ?? null;
  return {
    video,
    error,
    draft,
    changed: video !== null && hasChanges(video, draft),
    saving,
    problem: failure === null ? null : sentenceOf(failure),
    problems: failure instanceof ApiError ? failure.fields : {},
    conflict,
    write,
    save,
    takeTheirs,
    reload,
  };
}
