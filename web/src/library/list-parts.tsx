import { Link } from 'react-router';
import { Icon } from '../layout/icon';
import { Choice } from '../layout/choice';
import { filterCount, PAGE_SIZES, SORTS, type LibraryState, type Order } from './params';
import { countOf } from '../media/words';
import { SORT_NAMES } from './words';

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
