import { useCallback, useEffect, useState } from 'react';
import { useApi, useSession, useVisitor } from '../app-context';
import type { Comment } from '../api/types';
import { sentenceOf } from '../api/client';
import {
  deleteComment,
  editComment,
  listComments,
  moderateComment,
  writeComment,
} from '../api/talk';

interface Loaded {
  comments: readonly Comment[];
  total: number;
  cursor: string | null;
}

export interface Comments {
  /** Null before the first answer. */
  comments: readonly Comment[] | null;
  total: number;
  /** There are older ones. */
  more: boolean;
  loading: boolean;
  error: string | null;
  loadMore: () => void;
  write: (content: string, authorName: string) => Promise<void>;
  edit: (comment: Comment, content: string) => Promise<void>;
  remove: (comment: Comment) => Promise<void>;
  moderate: (comment: Comment, verb: 'hide' | 'restore') => Promise<void>;
}

/** The comments of a video, the newest first, and what can be done with them. */
export function useComments(mediaId: string, initialTotal: number): Comments {
  const api = useApi();
  const [{ status }] = useSession();
  const { sessionId } = useVisitor();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);

  // Who signs in may find other comments to be their own.
  useEffect(() => {
    const stop = new AbortController();
    const question = { mediaId, sessionId, ...(cursor && { cursor }) };
    listComments(api, question, stop.signal)
      .then((answer) => {
        if (stop.signal.aborted) return;
        setLoading(false);
        setError(null);
        setLoaded((old) => ({
          comments: joined(cursor ? (old?.comments ?? []) : [], answer.comments),
          total: answer.total,
          cursor: answer.nextCursor ?? null,
        }));
      })
      .catch((reason: unknown) => {
        if (stop.signal.aborted) return;
        setLoading(false);
        setError(sentenceOf(reason));
      });
    return () => stop.abort();
  }, [api, mediaId, sessionId, status, cursor, round]);

  const loadMore = useCallback(() => {
    setLoading(true);
    setError(null);
    setCursor(loaded?.cursor ?? null);
    setRound((n) => n + 1);
  }, [loaded]);

  const change = (to: (comments: readonly Comment[]) => readonly Comment[], count = 0) =>
    setLoaded(
      (old) => old && { ...old, comments: to(old.comments), total: Math.max(0, old.total + count) },
    );
  const replace = (id: string, part: Partial<Comment>, count = 0) =>
    change(
      (comments) => comments.map((each) => (each.id === id ? { ...each, ...part } : each)),
      count,
    );

  return {
    comments: loaded?.comments ?? null,
    total: loaded?.total ?? initialTotal,
    more: loaded?.cursor != null,
    loading,
    error,
    loadMore,
    write: async (content, authorName) => {
      const draft = { mediaId, content, sessionId, ...(authorName && { authorName }) };
      const comment = await writeComment(api, draft);
      change((comments) => joined([{ ...comment, own: true }], comments), 1);
    },
    edit: async ({ id }, content) => replace(id, await editComment(api, id, content, sessionId)),
    remove: async ({ id, hidden }) => {
      await deleteComment(api, id, sessionId);
      change((comments) => comments.filter((each) => each.id !== id), hidden ? 0 : -1);
    },
    moderate: async ({ id }, verb) => {
      await moderateComment(api, id, verb);
      replace(id, { hidden: verb === 'hide' }, verb === 'hide' ? -1 : 1);
    },
  };
}

function joined(first: readonly Comment[], then: readonly Comment[]): Comment[] {
  const seen = new Set(first.map(({ id }) => id));
  return [...first, ...then.filter(({ id }) => !seen.has(id))];
}
