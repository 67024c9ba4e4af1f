import type { CategoryCount, PublicDetail, PublicList, PublicVideo, Upvoted } from './types';
import type { ApiClient } from './client';

const gallery = '/api/media/public';
const open = { anyone: true } as const;

/** A page of the gallery; `query` is the list's parameters without a question mark. */
export function listGallery(api: ApiClient, query: string, signal?: AbortSignal) {
  return api.request<PublicList>(`${gallery}?${query}`, { ...open, signal });
}

export async function galleryCategories(api: ApiClient, signal?: AbortSignal) {
  const path = `${gallery}/categories`;
  const answer = await api.request<{ categories: CategoryCount[] }>(path, { ...open, signal });
  return answer.categories;
}

/** Opens a view: each call is counted. */
export function openVideo(api: ApiClient, id: string, sessionId: string, signal?: AbortSignal) {
  const path = `${gallery}/${encodeURIComponent(id)}?${new URLSearchParams({ sessionId })}`;
  return api.request<PublicDetail>(path, { ...open, signal });
}

export async function relatedVideos(api: ApiClient, id: string, signal?: AbortSignal) {
  const path = `${gallery}/${id}/related?limit=12`;
  return (await api.request<{ videos: PublicVideo[] }>(path, { ...open, signal })).videos;
}

/** Gives or takes back this session's vote. Safe to repeat. */
export function setUpvote(api: ApiClient, id: string, sessionId: string, upvoted: boolean) {
  const path = `${gallery}/${id}/upvote`;
  if (upvoted) return api.request<Upvoted>(path, { ...open, method: 'POST', body: { sessionId } });
  const query = new URLSearchParams({ sessionId });
  return api.request<Upvoted>(`${path}?${query}`, { ...open, method: 'DELETE' });
}
