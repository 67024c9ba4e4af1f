import { expect, test } from 'vitest';
import {
  changed,
  DEFAULT_STATE,
  filterCount,
  pageItems,
  queryOf,
  readState,
  sortedBy,
  withoutFilters,
  writeState,
  type LibraryState,
} from './params';

const FULL: LibraryState = {
  search: '50 % & "more", ünïcode',
  directoryType: 'curated',
  orientation: 'portrait',
  quality: ['HD', 'UHD'],
  hasAudio: 'false',
  isValid: 'any',
  producer: 'Studio + A',
  creator: 'B=C',
  tags: ['sea', 'summer time'],
  sort: 'size',
  order: 'asc',
  page: 7,
  limit: 50,
};

test('a plain list has a plain address', () => {
  expect(writeState(DEFAULT_STATE).toString()).toBe('');
  expect(readState(new URLSearchParams())).toEqual(DEFAULT_STATE);
});

test('every state survives the address', () => {
  const address = writeState(FULL).toString();
  expect(readState(new URLSearchParams(address))).toEqual(FULL);
});

test('what an address says wrongly counts as not said', () => {
  const address =
    'directoryType=attic&orientation=round&quality=HD,8K&hasAudio=maybe&isValid=no&sort=colour&order=up&page=-2&limit=x';
  expect(readState(new URLSearchParams(address))).toEqual({ ...DEFAULT_STATE, quality: ['HD'] });
  expect(readState(new URLSearchParams('limit=5000&page=1.5'))).toEqual({
    ...DEFAULT_STATE,
    limit: 100,
  });
});

test('the API is asked with trimmed texts and the page size', () => {
  expect(queryOf({ ...DEFAULT_STATE, search: '  sea ', producer: '  ' })).toBe(
    'search=sea&limit=20',
  );
  expect(Object.fromEntries(new URLSearchParams(queryOf(FULL)))).toMatchObject({
    quality: 'HD,UHD',
    tags: 'sea,summer time',
    isValid: 'any',
    page: '7',
    limit: '50',
  });
});

test('a change of what is shown begins at the first page, and turning a page does not', () => {
  expect(changed(FULL, { search: 'x' })).toMatchObject({ search: 'x', page: 1 });
  expect(changed(FULL, { page: 8 })).toMatchObject({ search: FULL.search, page: 8 });
});

test('filters are counted and cleared', () => {
  expect(filterCount(DEFAULT_STATE)).toBe(0);
  expect(filterCount({ ...DEFAULT_STATE, search: 'x', producer: ' ' })).toBe(0);
  expect(filterCount(FULL)).toBe(8);
  expect(withoutFilters(FULL)).toEqual({ ...DEFAULT_STATE, sort: 'size', order: 'asc', limit: 50 });
});

test('a column orders its usual way first, then the other way', () => {
  const byTitle = sortedBy({ ...DEFAULT_STATE, page: 3 }, 'title');
  expect(byTitle).toMatchObject({ sort: 'title', order: 'asc', page: 1 });
  expect(sortedBy(byTitle, 'title')).toMatchObject({ sort: 'title', order: 'desc' });
  expect(sortedBy(byTitle, 'size')).toMatchObject({ sort: 'size', order: 'desc' });
});

test.each([
  [1, 0, []],
  [1, 1, [1]],
  [1, 3, [1, 2, 3]],
  [2, 4, [1, 2, 3, 4]],
  [1, 9, [1, 2, null, 9]],
  [4, 9, [1, 2, 3, 4, 5, null, 9]],
  [5, 9, [1, null, 4, 5, 6, null, 9]],
  [9, 9, [1, null, 8, 9]],
])('page %i of %i offers %j', (page, pages, items) => {
  expect(pageItems(page, pages)).toEqual(items);
});
