import type {
  AnalyticsOverview,
  Recounted,
  TopMetric,
  TopVideo,
  VideoAnalytics,
  Viewer,
} from './types';
import type { ApiClient } from './client';

const videos = '/api/videos';

export function readOverview(api: ApiClient, signal?: AbortSignal) {
  return api.request<AnalyticsOverview>(`${videos}/analytics/overview`, { signal });
}

export async function readTop(api: ApiClient, metric: TopMetric, signal?: AbortSignal) {
  const path = `${videos}/analytics/top?metric=${metric}&limit=10`;
  return (await api.request<{ videos: TopVideo[] }>(path, { signal })).videos;
}

/** `query` has the range and the time zone. */
export function readAnalytics(api: ApiClient, id: string, query: string, signal?: AbortSignal) {
  return api.request<VideoAnalytics>(`${videos}/${id}/analytics?${query}`, { signal });
}

/** The same as a file for spreadsheets. */
export function analyticsCsv(api: ApiClient, id: string, query: string) {
  return api.file(`${videos}/${id}/analytics?${query}&format=csv`);
}

export async function readViewers(
  api: ApiClient,
  id: string,
  query: string,
  signal?: AbortSignal,
): Promise<Viewer[]> {
  const path = `${videos}/${id}/analytics/viewers?${query}`;
  return (await api.request<{ viewers: Viewer[] }>(path, { signal })).viewers;
}

/** Counts a video's views anew from single views. */
export function recount(api: ApiClient, id: string) {
  return api.request<Recounted>(`${videos}/${id}/analytics/aggregate`, { method: 'POST' });
}

/** Forgets all views of a video. */
export function resetAnalytics(api: ApiClient, id: string) {
  return api.request<unknown>(`${videos}/${id}/reset-analytics`, { method: 'POST' });
}
