import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { Icon } from '../layout/icon';
import { Choice } from './filters';
import { filterCount, PAGE_SIZES, SORTS, type LibraryState, type Order } from './params';
import { countOf, SORT_NAMES } from './words';

/** The search field; `/` reaches it from anywhere on the page. */
export function SearchField(props: { value: string; onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writing = target.closest('input, textarea, select, dialog') !== null;
      if (event.key !== '/' || writing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <div className="search-field">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Search videos"
        aria-keyshortcuts="/"
        placeholder="Search title, producer, creator"
        maxLength={500}
        autoComplete="off"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}

interface ResultsBarProps {
  /** Null before the first answer. */
  total: number | null;
  loading: boolean;
  state: LibraryState;
  onChange: (change: Partial<LibraryState>) => void;
}

/** How many there are, in which order, how many at once. */
export function ResultsBar({ total, loading, state, onChange }: ResultsBarProps) {
  const orders = SORTS.flatMap((sort) =>
    (['desc', 'asc'] as const).map((order) => `${sort}-${order}` as const),
  );
  const sizes = [...new Set([...PAGE_SIZES, state.limit])].toSorted((a, b) => a - b);
  return (
    <div className="results-bar">
      <p className="total" role="status" data-loading={loading || undefined}>
        {total === null ? <span className="skeleton" /> : countOf(total)}
      </p>
      <Choice
        label="Order"
        value={`${state.sort}-${state.order}` as const}
        onChange={(value) => {
          const [sort, order] = value.split('-') as [LibraryState['sort'], Order];
          onChange({ sort, order });
        }}
        options={orders.map((order) => [order, SORT_NAMES[order]] as const)}
      />
      <Choice
        label="Videos on a page"
        value={String(state.limit)}
        onChange={(value) => onChange({ limit: Number(value) })}
        options={sizes.map((size) => [String(size), `${size} on a page`] as const)}
      />
    </div>
  );
}

interface ListErrorProps {
  error: string;
  /** An older list is shown below. */
  stale: boolean;
  onRetry: () => void;
}

export function ListError({ error, stale, onRetry }: ListErrorProps) {
  return (
    <div className="message list-error" role="alert">
      <p>
        {error}
        {stale && ' What you see below may be out of date.'}
      </p>
      <button className="quiet-button" type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

interface EmptyListProps {
  state: LibraryState;
  onClear: () => void;
  onScan: () => void;
}

/** Nothing to show: because of the conditions, or because nothing is there yet. */
export function EmptyList({ state, onClear, onScan }: EmptyListProps) {
  if (filterCount(state) > 0 || state.search.trim() !== '') {
    return (
      <div className="empty">
        <Icon name="search" />
        <h2>No video matches</h2>
        <p>
          {state.isValid === 'true'
            ? 'Try fewer conditions, or look among deleted and invalid videos.'
            : 'Try fewer conditions.'}
        </p>
        <button className="quiet-button" type="button" onClick={onClear}>
          Clear all conditions
        </button>
      </div>
    );
  }
  return (
    <div className="empty">
      <Icon name="film" />
      <h2>The library is empty</h2>
      <p>Upload a video, or scan a directory that has files already.</p>
      <div className="edit-actions">
        <Link className="button" to="/upload">
          Upload
        </Link>
        <button className="quiet-button" type="button" onClick={onScan}>
          Scan directory
        </button>
      </div>
    </div>
  );
}
