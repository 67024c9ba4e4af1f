import { useEffect, useRef } from 'react';
import type { VideoSummary } from '../api/types';
import { Icon } from '../layout/icon';
import type { LibraryActions } from './actions';
import type { LibraryState, SortBy } from './params';
import { coverage, type Selection } from './selection';
import { VideoRow } from './video-row';

/** Columns after the picture, with what orders by them. */
const COLUMNS: readonly { name: string; className: string; sort?: SortBy }[] = [
  { name: 'Title', className: 'cell-title', sort: 'title' },
  { name: 'Duration', className: 'cell-duration', sort: 'duration' },
  { name: 'Quality', className: 'cell-quality' },
  { name: 'Orientation', className: 'cell-orientation' },
  { name: 'Directory', className: 'cell-directory' },
  { name: 'Size', className: 'cell-size', sort: 'size' },
  { name: 'Created', className: 'cell-created', sort: 'createdAt' },
];

interface TableProps {
  /** Null while the first page is loaded. */
  videos: readonly VideoSummary[] | null;
  /** The rows are those of the question before. */
  stale: boolean;
  state: LibraryState;
  selection: Selection;
  detailsTo: (id: string) => string;
  onSort: (sort: SortBy) => void;
  onSelect: (id: string, range: boolean) => void;
  onSelectPage: () => void;
  actions: LibraryActions;
}

export function VideoTable(props: TableProps) {
  const { videos, stale, state, selection, actions } = props;
  return (
    <table className="video-table" aria-label="Videos" aria-busy={stale || videos === null}>
      <thead>
        <tr>
          <th className="cell-select" scope="col">
            <PageCheck videos={videos ?? []} selection={selection} onToggle={props.onSelectPage} />
          </th>
          <th className="cell-picture" scope="col">
            <span className="visually-hidden">Picture</span>
          </th>
          {COLUMNS.map(({ name, className, sort }) => {
            const sorted = sort !== undefined && state.sort === sort;
            const order = state.order === 'asc' ? 'ascending' : 'descending';
            return (
              <th
                key={name}
                className={className}
                scope="col"
                aria-sort={sorted ? order : undefined}
              >
                {sort ? (
                  <button className="sort-button" type="button" onClick={() => props.onSort(sort)}>
                    {name}
                    <Icon name={sorted && state.order === 'asc' ? 'up' : 'down'} />
                  </button>
                ) : (
                  name
                )}
              </th>
            );
          })}
          <th className="cell-actions" scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {videos
          ? videos.map((video) => (
              <VideoRow
                key={video.id}
                video={video}
                selected={selection.ids.has(video.id)}
                detailsTo={props.detailsTo(video.id)}
                onSelect={(range) => props.onSelect(video.id, range)}
                actions={actions}
              />
            ))
          : Array.from({ length: Math.min(state.limit, 8) }, (_, row) => <SkeletonRow key={row} />)}
      </tbody>
    </table>
  );
}

function PageCheck(props: {
  videos: readonly VideoSummary[];
  selection: Selection;
  onToggle: () => void;
}) {
  const box = useRef<HTMLInputElement>(null);
  const ids = props.videos.map((video) => video.id);
  const chosen = ids.length === 0 ? 'none' : coverage(props.selection, ids);
  useEffect(() => {
    if (box.current) box.current.indeterminate = chosen === 'some';
  }, [chosen]);
  return (
    <label className="row-check">
      <input
        ref={box}
        type="checkbox"
        checked={chosen === 'all'}
        onChange={props.onToggle}
        disabled={ids.length === 0}
      />
      <span className="page-check-text">Select all on this page</span>
    </label>
  );
}

/** A row's place before its video is known. */
function SkeletonRow() {
  return (
    <tr className="skeleton-row" aria-hidden="true">
      <td className="cell-select" />
      <td className="cell-picture">
        <div className="row-picture" />
      </td>
      <th className="cell-title" scope="row">
        <span className="skeleton" />
        <span className="skeleton" />
      </th>
      {COLUMNS.slice(1).map(({ name, className }) => (
        <td key={name} className={className}>
          <span className="skeleton" />
        </td>
      ))}
      <td className="cell-actions" />
    </tr>
  );
}
