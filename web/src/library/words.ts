import type { BulkAction, DirectoryType, Orientation, VideoSummary } from '../api/types';
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

export const ORIENTATION_NAMES: Record<Orientation, string> = {
  landscape: 'Landscape',
  portrait: 'Portrait',
  square: 'Square',
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

/** What a video is called: its title, else its filename. */
export function nameOf(video: { title?: string | null; filename: string }): string {
  return video.title || video.filename;
}

/** `Producer • Creator`, or the one that there is. */
export function peopleOf(video: { producer?: string | null; creator?: string | null }): string {
  return [video.producer, video.creator].filter(Boolean).join(' • ');
}

/** `1 video`, `1,204 videos`. */
export function countOf(count: number, one = 'video', many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** The day, for a column. */
export function formatDay(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Hours of a collection: `3 h 20 min`, `12 min`, `45 s`. */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${formatCount(hours)} h` : `${formatCount(hours)} h ${rest} min`;
}

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
