import type { DirectoryType, Orientation, Quality } from '../api/types';

export const DIRECTORY_TYPES: readonly DirectoryType[] = [
  'inbox',
  'videos',
  'studios',
  'curated',
  'highlights',
  'compilations',
  'playback',
  'gifs',
  'private',
];
export const ORIENTATIONS: readonly Orientation[] = ['landscape', 'portrait', 'square'];
export const QUALITIES: readonly Quality[] = ['SD', 'HD', 'FHD', 'UHD'];
export const SORTS = ['createdAt', 'title', 'duration', 'size', 'views'] as const;
export const PAGE_SIZES: readonly number[] = [20, 50, 100];

export type SortBy = (typeof SORTS)[number];
export type Order = 'asc' | 'desc';
/** Which videos are shown: the good ones, those deleted or no good, or both. */
export type Validity = 'true' | 'false' | 'any';

/** What the library shows: all of it is in the page's address. */
export interface LibraryState {
  search: string;
  directoryType: DirectoryType | '';
  orientation: Orientation | '';
  quality: Quality[];
  hasAudio: 'true' | 'false' | '';
  isValid: Validity;
  producer: string;
  creator: string;
  tags: string[];
  sort: SortBy;
  order: Order;
  /** From 1. */
  page: number;
  limit: number;
}

export const DEFAULT_STATE: LibraryState = {
  search: '',
  directoryType: '',
  orientation: '',
  quality: [],
  hasAudio: '',
  isValid: 'true',
  producer: '',
  creator: '',
  tags: [],
  sort: 'createdAt',
  order: 'desc',
  page: 1,
  limit: 20,
};

/** Parameters of the address that are no part of the list. */
export const VIDEO_PARAMETER = 'video';

/** Reads the address. What it says wrongly counts as not said: an old link shows too much rather than an error. */
export function readState(params: URLSearchParams): LibraryState {
  return {
    search: params.get('search') ?? '',
    directoryType: oneOf(params.get('directoryType'), DIRECTORY_TYPES, ''),
    orientation: oneOf(params.get('orientation'), ORIENTATIONS, ''),
    quality: QUALITIES.filter((quality) => listOf(params.get('quality')).includes(quality)),
    hasAudio: oneOf(params.get('hasAudio'), ['true', 'false'] as const, ''),
    isValid: oneOf(params.get('isValid'), ['true', 'false', 'any'] as const, 'true'),
    producer: params.get('producer') ?? '',
    creator: params.get('creator') ?? '',
    tags: listOf(params.get('tags')),
    sort: oneOf(params.get('sort'), SORTS, DEFAULT_STATE.sort),
    order: oneOf(params.get('order'), ['asc', 'desc'] as const, DEFAULT_STATE.order),
    page: wholeNumber(params.get('page'), DEFAULT_STATE.page),
    limit: Math.min(wholeNumber(params.get('limit'), DEFAULT_STATE.limit), 100),
  };
}

/** The address's parameters: only what differs from the defaults, so that plain lists have plain addresses. */
export function writeState(state: LibraryState): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    const text = textOf(value);
    const usual = textOf(DEFAULT_STATE[name as keyof LibraryState]);
    if (text !== usual) params.set(name, text);
  }
  return params;
}

/** The parameters for the API, which has the same names and defaults. */
export function queryOf(state: LibraryState): string {
  const trimmed = {
    ...state,
    search: state.search.trim(),
    producer: state.producer.trim(),
    creator: state.creator.trim(),
  };
  const params = writeState(trimmed);
  params.set('limit', String(state.limit));
  return params.toString();
}

/** The same list after a change of what it shows, from its first page. */
export function changed(state: LibraryState, change: Partial<LibraryState>): LibraryState {
  return { ...state, page: 1, ...change };
}

/** The list without any condition; order and page size stay. */
export function withoutFilters(state: LibraryState): LibraryState {
  const { sort, order, limit } = state;
  return { ...DEFAULT_STATE, sort, order, limit };
}

/** How many conditions narrow the list, the search excluded. */
export function filterCount(state: LibraryState): number {
  const { directoryType, orientation, quality, hasAudio, isValid, producer, creator, tags } = state;
  const conditions = [
    directoryType,
    orientation,
    quality.length > 0,
    hasAudio,
    isValid !== DEFAULT_STATE.isValid,
    producer.trim(),
    creator.trim(),
    tags.length > 0,
  ];
  return conditions.filter(Boolean).length;
}

/** The list ordered by a column: the other way round when it is ordered by that one already. */
export function sortedBy(state: LibraryState, sort: SortBy): LibraryState {
  const usual: Order = sort === 'title' ? 'asc' : 'desc';
  const other: Order = state.order === 'asc' ? 'desc' : 'asc';
  return changed(state, { sort, order: state.sort === sort ? other : usual });
}

/** Numbers of the pages to offer: the ends and the neighbours; null where some are left out. */
export function pageItems(page: number, pages: number): (number | null)[] {
  const wanted = [1, page - 1, page, page + 1, pages].filter((n) => n >= 1 && n <= pages);
  const sorted = [...new Set(wanted)].toSorted((a, b) => a - b);
  return sorted.flatMap((n, at) => {
    const before = sorted[at - 1] ?? n;
    if (n - before === 2) return [n - 1, n];
    return n - before > 2 ? [null, n] : [n];
  });
}

function textOf(value: LibraryState[keyof LibraryState]): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function listOf(text: string | null): string[] {
  const values = (text ?? '').split(',').map((value) => value.trim());
  return [...new Set(values.filter(Boolean))];
}

function oneOf<T extends string, D extends string>(
  text: string | null,
  values: readonly T[],
  otherwise: D,
): T | D {
  return values.find((value) => value === text) ?? otherwise;
}

function wholeNumber(text: string | null, otherwise: number): number {
  const number = Number(text);
  return text && Number.isSafeInteger(number) && number >= 1 ? number : otherwise;
}
