import type { Orientation } from '../api/types';

export const ORIENTATION_NAMES: Record<Orientation, string> = {
  landscape: 'Landscape',
  portrait: 'Portrait',
  square: 'Square',
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

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count where there is little room: `1.2K`. */
export function formatCompact(count: number): string {
  return COMPACT.format(count);
}

const AGES: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How long ago: `3 days ago`, `just now`. */
export function formatAge(iso: string, now = Date.now()): string {
  const seconds = (now - new Date(iso).getTime()) / 1000;
  if (Number.isNaN(seconds)) return '';
  const [unit, length] = AGES.find(([, each]) => seconds >= each) ?? [];
  return unit && length ? RELATIVE.format(-Math.floor(seconds / length), unit) : 'just now';
}
