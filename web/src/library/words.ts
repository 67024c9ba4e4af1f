import type { BulkAction, DirectoryType, VideoSummary } from '../api/types';
import { formatBytes, formatClock } from '../media/format';
import type { Order, SortBy } from './params';

export const DIRECTORY_NAMES: Record<DirectoryType, string> = {
  inbox: 'Inbox',
  videos: 'Videos',
  studios: 'Studios',
  curated: 'Curated',
  highlights: 'Highlights',
  compilations: 'Compilations',
  playback: 'Playback',
  gifs: 'GIFs',
  private: 'Private',
};

/** Orders of the list as a reader thinks of them. */
export const SORT_NAMES: Record<`${SortBy}-${Order}`, string> = {
  'createdAt-desc': 'Newest first',
  'createdAt-asc': 'Oldest first',
  'title-asc': 'Title A to Z',
  'title-desc': 'Title Z to A',
  'duration-desc': 'Longest first',
  'duration-asc': 'Shortest first',
  'size-desc': 'Largest first',
  'size-asc': 'Smallest first',
  'views-desc': 'Most viewed first',
  'views-asc': 'Least viewed first',
};

/** What happened, after the number of videos: `3 videos deleted`. */
export const DONE_WORDS: Record<BulkAction['action'] | 'remove', string> = {
  edit: 'changed',
  validate: 'queued for validation',
  delete: 'deleted',
  restore: 'restored',
  lock: 'locked',
  unlock: 'unlocked',
  publish: 'published',
  unpublish: 'withdrawn from the gallery',
  remove: 'permanently deleted',
};

/** Whether nobody has looked at its file yet. */
export function pending(video: VideoSummary): boolean {
  return video.isValid && video.fileSize == null;
}

/** What a look at a file finds. */
export type Facts = Partial<
  Pick<
    VideoSummary,
    'durationSeconds' | 'width' | 'height' | 'quality' | 'orientation' | 'hasAudio' | 'fileSize'
  >
>;

/** What a look at the file found, in one line. */
export function findings(facts: Facts): string {
  const { durationSeconds, width, height, quality, orientation, hasAudio, fileSize } = facts;
  const words = [
    durationSeconds == null ? '' : formatClock(durationSeconds),
    width && height ? `${width} × ${height}` : '',
    quality ?? '',
    orientation ?? '',
    hasAudio ? 'with sound' : 'no sound',
    fileSize == null ? '' : formatBytes(fileSize),
  ];
  return words.filter(Boolean).join(' · ');
}
