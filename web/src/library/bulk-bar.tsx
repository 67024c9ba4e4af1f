import type { VideoSummary } from '../api/types';
import { Icon, type IconName } from '../layout/icon';
import { publishable, type LibraryActions } from './actions';
import { countOf } from '../media/words';

interface BulkBarProps {
  videos: readonly VideoSummary[];
  onClear: () => void;
  actions: LibraryActions;
}

/** What can be done with all that is chosen. */
export function BulkBar({ videos, onClear, actions: { ask, act } }: BulkBarProps) {
  if (videos.length === 0) return null;
  const some = (test: (video: VideoSummary) => boolean) => videos.some(test);
  return (
    <div className="bulk-bar" role="region" aria-label="Selected videos">
      <p role="status">
        <strong>{countOf(videos.length)}</strong> selected
      </p>
      <div className="bulk-actions">
        <Act icon="pencil" label="Edit" onClick={() => ask('edit', videos)} />
        <Act icon="validate" label="Validate" onClick={() => ask('validate', videos)} />
        {some(publishable) && (
          <Act
            icon={some((video) => !video.published) ? 'globe' : 'tag'}
            label={some((video) => !video.published) ? 'Publish' : 'Category'}
            onClick={() => ask('publish', videos)}
          />
        )}
        {some((video) => video.published) && (
          <Act icon="hidden" label="Unpublish" onClick={() => ask('unpublish', videos)} />
        )}
        {some((video) => !video.locked) && (
          <Act icon="lock" label="Lock" onClick={() => ask('lock', videos)} />
        )}
        {some((video) => video.locked) && (
          <Act icon="unlock" label="Unlock" onClick={() => act('unlock', videos)} />
        )}
        {some((video) => !video.isValid) && (
          <Act icon="restore" label="Restore" onClick={() => act('restore', videos)} />
        )}
        {some((video) => video.isValid) ? (
          <Act icon="trash" label="Delete" onClick={() => ask('delete', videos)} />
        ) : (
          <Act icon="trash" label="Delete permanently" onClick={() => ask('remove', videos)} />
        )}
      </div>
      <button
        className="icon-button"
        type="button"
        aria-label="Clear the selection"
        onClick={onClear}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function Act({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" className="bulk-act" onClick={onClick}>
      <Icon name={icon} />
      {label}
    </button>
  );
}
