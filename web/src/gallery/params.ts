import type { Orientation } from '../api/types';

export const SORTS = ['recent', 'popular', 'most_viewed'] as const;
export const ORIENTATIONS: readonly Orientation[] = ['landscape', 'portrait', 'square'];
/** Videos of one answer. */
export const PAGE = 24;

export type GallerySort = (typeof SORTS)[number];

export const SORT_NAMES: Record<GallerySort, string> = {
  recent: 'Newest first',
  popular: 'Popular',
  most_viewed: 'Most viewed',
};

/** What the gallery shows: all of it is in the page's address. */
export interface GalleryState {
  search: string;
  category: string;
  orientation: Orientation | '';
  sort: GallerySort;
}

export const EVERYTHING: GalleryState = {
  search: '',
  category: '',
  orientation: '',
  sort: 'recent',
};

/** Reads the address; what it says wrongly counts as not said. */
export function readState(params: URLSearchParams): GalleryState {
  return {
    search: params.get('search') ?? '',
    category: params.get('category') ?? '',
    orientation: ORIENTATIONS.find((each) => each === params.get('orientation')) ?? '',
    sort: SORTS.find((each) => each === params.get('sort')) ?? EVERYTHING.sort,
  };
}

/** The address's parameters: only what differs from the plain gallery. */
export function writeState(state: GalleryState): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value !== EVERYTHING[name as keyof GalleryState]) params.set(name, value);
  }
  return params;
}

/** The parameters for the API, which has the same names. */
export function queryOf(state: GalleryState): string {
  const params = writeState({ ...state, search: state.search.trim() });
  params.set('limit', String(PAGE));
  return params.toString();
}

/** Whether anything but the order narrows what is shown. */
export function narrowed({ search, category, orientation }: GalleryState): boolean {
  return search.trim() !== '' || category !== '' || orientation !== '';
}
