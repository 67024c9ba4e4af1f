import type { ApiClient } from './client';
import type {
  CompletedUpload,
  CreatedUpload,
  MediaFile,
  NewUpload,
  PartUrls,
  RetryAccepted,
  UploadedParts,
} from './types';

const uploads = '/api/media/uploads';

/** Starts an upload, or answers the one already started under the same key. */
export function createUpload(api: ApiClient, draft: NewUpload, idempotencyKey: string) {
  return api.request<CreatedUpload>(uploads, {
    method: 'POST',
    body: draft,
    headers: { 'idempotency-key': idempotencyKey },
  });
}

/** Presigned addresses for 1 to 100 parts. */
export function partUrls(api: ApiClient, id: string, partNumbers: number[], signal?: AbortSignal) {
  return api.request<PartUrls>(`${uploads}/${id}/parts`, {
    method: 'POST',
    body: { partNumbers },
    signal,
  });
}

/** All parts that have arrived, over as many pages as the API makes of them. */
export async function uploadedParts(api: ApiClient, id: string, signal?: AbortSignal) {
  const parts: UploadedParts['parts'] = [];
  let after: number | null | undefined = null;
  do {
    const query: string = after == null ? '' : `?after=${after}`;
    const page: UploadedParts = await api.request(`${uploads}/${id}/parts${query}`, { signal });
    parts.push(...page.parts);
    after = page.next;
  } while (after != null);
  return parts;
}

/** Joins the parts into the uploaded file: these, or without a list those that storage has. Safe to repeat. */
export function completeUpload(
  api: ApiClient,
  id: string,
  parts?: { partNumber: number; eTag: string }[],
  signal?: AbortSignal,
) {
  return api.request<CompletedUpload>(`${uploads}/${id}/complete`, {
    method: 'POST',
    body: { parts },
    signal,
  });
}

/** Gives the upload up and frees what has arrived of it. */
export function abortUpload(api: ApiClient, id: string) {
  return api.request<void>(`${uploads}/${id}`, { method: 'DELETE' });
}

export function mediaFile(api: ApiClient, id: string, signal?: AbortSignal) {
  return api.request<MediaFile>(`/media-files/${encodeURIComponent(id)}`, { signal });
}

/** Transcodes the file again. */
export function retryMediaFile(api: ApiClient, id: string) {
  return api.request<RetryAccepted>(`/media-files/${id}/retry`, {
    method: 'POST',
  });
}
