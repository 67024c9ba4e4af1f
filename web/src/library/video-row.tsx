import { useRef, type MouseEvent } from 'react';
import { Link } from 'react-router';
import type { Video, VideoSummary } from '../api/types';
import { ActionMenu } from '../layout/action-menu';
import { Icon } from '../layout/icon';
import { formatBytes, formatClock, formatDate, spokenDuration } from '../media/format';
import { menuOf, type LibraryActions } from './actions';
import { useDetails } from './use-details';
import { formatDay, nameOf, ORIENTATION_NAMES, peopleOf } from '../media/words';
import { DIRECTORY_NAMES, pending } from './words';

interface RowProps {
  video: VideoSummary;
  selected: boolean;
  /** The same list with this video's details open. */
  detailsTo: string;
  onSelect: (range: boolean) => void;
  actions: LibraryActions;
}

/** A video in the list: a row, or a card where the page is narrow. */
export function VideoRow({ video, selected, detailsTo, onSelect, actions }: RowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  const details = useDetails(video, row);
  const name = nameOf(video);
  const people = peopleOf(video);
  const { durationSeconds, quality, orientation, fileSize } = video;
  // A row that was just deleted is struck through before its details say so.
  const deleted = !video.isValid && (details === null || details.deletedAt != null);
  return (
    <tr ref={row} data-selected={selected || undefined} data-invalid={!video.isValid || undefined}>
      <td className="cell-select">
        <label className="row-check">
          <input
            type="checkbox"
            checked={selected}
            aria-label={`Select ${name}`}
            // The change event knows nothing of the shift key.
            onClick={(event: MouseEvent) => onSelect(event.shiftKey)}
            readOnly
          />
        </label>
      </td>
      <td className="cell-picture">
        <RowPicture video={video} details={details} />
      </td>
      <th className="cell-title" scope="row">
        <Link className="row-title" to={detailsTo} state={{ fromList: true }} title={name}>
          {name}
        </Link>
        {people && <span className="row-people">{people}</span>}
        <RowNotes video={video} details={details} />
      </th>
      <td className="cell-duration">
        {durationSeconds != null && (
          <>
            <span aria-hidden="true">{formatClock(durationSeconds)}</span>
            <span className="visually-hidden">{spokenDuration(durationSeconds)}</span>
          </>
        )}
      </td>
      <td className="cell-quality">{quality && <span className="quality">{quality}</span>}</td>
      <td className="cell-orientation">{orientation && ORIENTATION_NAMES[orientation]}</td>
      <td className="cell-directory">{DIRECTORY_NAMES[video.directoryType]}</td>
      <td className="cell-size">{fileSize != null && formatBytes(fileSize)}</td>
      <td className="cell-created">
        <time dateTime={video.createdAt} title={formatDate(video.createdAt)}>
          {formatDay(video.createdAt)}
        </time>
      </td>
      <td className="cell-actions">
        <div className="row-actions">
          <Link
            className="icon-button"
            to={detailsTo}
            state={{ fromList: true }}
            aria-label={`Edit ${name}`}
          >
            <Icon name="pencil" />
          </Link>
          <ActionMenu
            name={name}
            actions={menuOf({ video, mediaFileId: details?.mediaFileId, deleted, actions })}
          />
        </div>
      </td>
    </tr>
  );
}

/** The thumbnail in a frame that is there from the start. */
function RowPicture({ video, details }: { video: VideoSummary; details: Video | null }) {
  const extension = /\.([^.]{1,5})$/.exec(video.filename)?.[1] ?? 'file';
  return (
    <div className="row-picture" data-shape={video.orientation ?? undefined}>
      {details?.thumbnailUrl ? (
        <img src={details.thumbnailUrl} alt="" />
      ) : (
        <span className="picture-format" aria-hidden="true">
          {extension}
        </span>
      )}
    </div>
  );
}

/** What sets the video apart: withdrawn, in the gallery, twice there, no good. */
function RowNotes({ video, details }: { video: VideoSummary; details: Video | null }) {
  const reason = reasonOf(video, details);
  return (
    <span className="row-notes">
      {reason && <span className="row-reason">{reason}</span>}
      {pending(video) && <span className="badge">Being looked at</span>}
      {video.published && (
        <span className="badge" data-tone="good">
          <Icon name="globe" />
          Published
        </span>
      )}
      {video.locked && (
        <span className="badge" title={details?.lockedReason ?? undefined}>
          <Icon name="lock" />
          Locked
        </span>
      )}
      {details?.duplicateOf && (
        <span className="badge">
          <Icon name="copy" />
          Duplicate
        </span>
      )}
    </span>
  );
}

function reasonOf(video: VideoSummary, details: Video | null): string | null {
  if (video.isValid) return null;
  if (details?.deletedAt) return `Deleted on ${formatDay(details.deletedAt)}`;
  return details?.invalidReason ?? 'Deleted or invalid';
}
