import type { Comment, CommentList, Heatmap, Reaction, ReactionKind } from './types';
import type { ApiClient } from './client';

const comments = '/api/media/comments';
const reactions = '/api/reactions';
const open = { anyone: true } as const;

/** Comments of a video, the newest first. */
export function listComments(
  api: ApiClient,
  question: { mediaId: string; sessionId: string; cursor?: string; limit?: number },
  signal?: AbortSignal,
) {
  const { cursor, limit = 20, ...rest } = question;
  const query = new URLSearchParams({ ...rest, limit: String(limit), ...(cursor && { cursor }) });
  return api.request<CommentList>(`${comments}?${query}`, { ...open, signal });
}

interface Written {
  comment: Comment;
}

export async function writeComment(
  api: ApiClient,
  comment: { mediaId: string; content: string; sessionId: string; authorName?: string },
) {
  const options = { ...open, method: 'POST', body: comment } as const;
  return (await api.request<Written>(comments, options)).comment;
}

export async function editComment(api: ApiClient, id: string, content: string, sessionId: string) {
  const options = { ...open, method: 'PUT', body: { content, sessionId } } as const;
  return (await api.request<Written>(`${comments}/${id}`, options)).comment;
}

export function deleteComment(api: ApiClient, id: string, sessionId: string) {
  const query = new URLSearchParams({ sessionId });
  return api.request<unknown>(`${comments}/${id}?${query}`, { ...open, method: 'DELETE' });
}

/** Takes a comment out of sight, or brings it back (admins). */
export function moderateComment(api: ApiClient, id: string, verb: 'hide' | 'restore') {
  return api.request<unknown>(`${comments}/${id}/${verb}`, { method: 'POST' });
}

export async function reactionKinds(api: ApiClient, signal?: AbortSignal) {
  const path = `${reactions}/config`;
  return (await api.request<{ reactions: ReactionKind[] }>(path, { ...open, signal })).reactions;
}

export function readHeatmap(api: ApiClient, mediaId: string, signal?: AbortSignal) {
  const query = new URLSearchParams({ mediaId });
  return api.request<Heatmap>(`${reactions}/heatmap?${query}`, { ...open, signal });
}

export async function react(
  api: ApiClient,
  reaction: { mediaId: string; reactionType: string; videoTimestamp: number },
) {
  const options = { method: 'POST', body: reaction } as const;
  return (await api.request<{ reaction: Reaction }>(reactions, options)).reaction;
}

export function takeBackReaction(api: ApiClient, id: string) {
  return api.request<unknown>(`${reactions}/${id}`, { method: 'DELETE' });
}
