import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { useApi } from '../app-context';
import { sentenceOf, type ApiClient } from './client';

export interface Loaded<T> {
  /** What was loaded last; that of the question before while a new one is asked. */
  data: T | null;
  loading: boolean;
  error: string | null;
  /** What was thrown, for who tells problems apart. */
  problem: unknown;
  reload: () => void;
}

interface Answer<T> {
  /** The question that was answered last. */
  to: string;
  data: T | null;
  problem: unknown;
}

/**
 * Loads what `load` asks for, anew for each `key`. A question that is no longer of interest is cancelled, so that late
 * answers never stand under newer questions.
 */
export function useLoad<T>(
  key: string,
  load: (api: ApiClient, signal: AbortSignal) => Promise<T>,
): Loaded<T> {
  const api = useApi();
  const [answer, setAnswer] = useState<Answer<T>>({ to: '', data: null, problem: null });
  const [round, setRound] = useState(0);
  const asked = `${round} ${key}`;
  const ask = useEffectEvent(load);

  useEffect(() => {
    const stop = new AbortController();
    ask(api, stop.signal)
      .then((data) => {
        if (!stop.signal.aborted) setAnswer({ to: asked, data, problem: null });
      })
      .catch((reason: unknown) => {
        if (stop.signal.aborted) return;
        setAnswer((old) => ({ ...old, to: asked, problem: reason }));
      });
    return () => stop.abort();
  }, [api, asked]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  const { data, problem } = answer;
  const error = problem === null ? null : sentenceOf(problem);
  return { data, error, problem, loading: answer.to !== asked, reload };
}
