import type { ApiClient } from './client';
import type {
  BulkDone,
  BulkRequest,
  DuplicateList,
  NewScan,
  ScanStarted,
  ScanStatus,
  StorageSummary,
  Suggestions,
  Validated,
  Video,
  VideoFields,
  VideoList,
} from './types';

const videos = '/api/media/videos';

/** A video, and the name of the revision that was read. */
export interface ReadVideo {
  video: Video;
  /** To send along with a change, so that it is refused over somebody else's. */
  eTag: string | null;
}

/** A page of the library; `query` is the list's parameters without a question mark. */
export function listVideos(api: ApiClient, query: string, signal?: AbortSignal) {
  return api.request<VideoList>(`${videos}?${query}`, { signal });
}

export async function readVideo(
  api: ApiClient,
  id: string,
  signal?: AbortSignal,
): Promise<ReadVideo> {
  const answer = await api.exchange<Video>(`${videos}/${encodeURIComponent(id)}`, { signal });
  return { video: answer.body, eTag: answer.headers.get('etag') };
}

/** Changes fields; with an ETag it is refused (412) when somebody else was faster. */
export async function updateVideo(
  api: ApiClient,
  id: string,
  changes: VideoFields,
  eTag: string | null,
): Promise<ReadVideo> {
  const answer = await api.exchange<Video>(`${videos}/${id}`, {
    method: 'PUT',
    body: changes,
    headers: eTag ? { 'if-match': eTag } : {},
  });
  return { video: answer.body, eTag: answer.headers.get('etag') };
}

/** Removes the record for good, and on request its file, transcodes and pictures. */
export function removeVideo(api: ApiClient, id: string, objects: boolean) {
  const query = objects ? '?permanent=true&objects=true' : '?permanent=true';
  return api.request<unknown>(`${videos}/${id}${query}`, { method: 'DELETE' });
}

/** Looks at the file anew; null when the worker takes longer than the API waits. */
export async function validateVideo(api: ApiClient, id: string): Promise<Validated | null> {
  const answer = await api.exchange<Validated>(`${videos}/${id}/validate`, { method: 'POST' });
  return answer.status === 202 ? null : answer.body;
}

/** One action on up to 1,000 videos, each of which succeeds or fails by itself. */
export function bulkVideos(api: ApiClient, request: BulkRequest) {
  return api.request<BulkDone>(`${videos}/bulk`, { method: 'POST', body: request });
}

/** Begins a scan; a small one is done when this answers. Its progress is at the scan's own address. */
export function startScan(api: ApiClient, scan: NewScan) {
  return api.request<ScanStarted>(`${videos}/scan`, { method: 'POST', body: scan });
}

export function readScan(api: ApiClient, id: string, signal?: AbortSignal) {
  return api.request<ScanStatus>(`${videos}/scans/${id}`, { signal });
}

export function listDuplicates(api: ApiClient, page: number, limit: number, signal?: AbortSignal) {
  return api.request<DuplicateList>(`${videos}/duplicates?page=${page}&limit=${limit}`, { signal });
}

export function readStorage(api: ApiClient, signal?: AbortSignal) {
  return api.request<StorageSummary>(`${videos}/storage`, { signal });
}

/** Fields whose values are suggested from what videos have already. */
export type SuggestedField = 'tags' | 'producer' | 'creator';

/** Values that contain the text, the commonest first. */
export async function suggestions(
  api: ApiClient,
  field: SuggestedField,
  search: string,
  signal?: AbortSignal,
) {
  const query = new URLSearchParams({ field, search, limit: '8' });
  const answer = await api.request<Suggestions>(`${videos}/suggestions?${query}`, { signal });
  return answer.suggestions;
}
