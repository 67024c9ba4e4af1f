/** The days that are looked at: so many until today, or from one to another. */
export interface Range {
  /** A number of days, `all`, or `custom` for `from` and `to`. */
  days: string;
  /** `2026-11-21`; both are part of it. */
  from: string;
  to: string;
  /** An IANA time zone. */
  zone: string;
}

export const SPANS = ['7', '28', '90', 'all', 'custom'] as const;
export type Span = (typeof SPANS)[number];

export const SPAN_NAMES: Record<Span, string> = {
  '7': '7 days',
  '28': '28 days',
  '90': '90 days',
  all: 'All',
  custom: 'Range',
};

const DAY = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The browser's own time zone. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** All time zones that can be chosen, the reader's own and UTC first. */
export function zones(chosen: string): string[] {
  return [...new Set([ownZone(), 'UTC', chosen, ...Intl.supportedValuesOf('timeZone')])];
}

/** Reads the address; what it says wrongly counts as not said. */
export function readRange(params: URLSearchParams, now = Date.now(), own = ownZone()): Range {
  const zone = known(params.get('tz')) ?? own;
  const [from, to] = [params.get('from') ?? '', params.get('to') ?? ''];
  if (DATE.test(from) && DATE.test(to) && from <= to) return { days: 'custom', from, to, zone };
  const days = SPANS.find((span) => span === params.get('days') && span !== 'custom') ?? '28';
  const last = dayIn(zone, now);
  const first = days === 'all' ? last : daysBefore(last, Number(days) - 1);
  return { days, from: first, to: last, zone };
}

export function writeRange({ days, from, to, zone }: Range, own = ownZone()): URLSearchParams {
  const params = new URLSearchParams();
  if (days === 'custom') {
    params.set('from', from);
    params.set('to', to);
  } else if (days !== '28') params.set('days', days);
  if (zone !== own) params.set('tz', zone);
  return params;
}

/** The parameters for the API. */
export function queryOf({ days, from, to, zone }: Range): string {
  const params = new URLSearchParams({ timezone: zone });
  if (days !== 'all') {
    params.set('startDate', from);
    params.set('endDate', to);
  }
  return params.toString();
}

/** The day of a moment in a time zone. */
export function dayIn(zone: string, moment: number): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** Calendar days have no zone and no daylight saving: they are counted as if in UTC. */
export function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY).toISOString().slice(0, 10);
}

function known(zone: string | null): string | null {
  if (!zone) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch {
    return null;
  }
}
