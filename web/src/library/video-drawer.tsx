import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Video } from '../api/types';
import { Dialog } from '../layout/dialog';
import { Icon, type IconName } from '../layout/icon';
import { formatBytes, formatClock, formatDate } from '../media/format';
import { publishable, type LibraryActions } from './actions';
import { EditForm } from './edit-form';
import { useEdit, type Edit } from './use-edit';
import { countOf, formatCount, formatSpan, nameOf, ORIENTATION_NAMES } from '../media/words';
import { pending } from './words';

interface DrawerProps {
  id: string;
  /** Grows when something was done with videos, so that the details are read anew. */
  version: number;
  onClose: () => void;
  onSaved: (video: Video) => void;
  /** The address of another video's details. */
  detailsTo: (id: string) => string;
  actions: LibraryActions;
  children?: ReactNode;
}

/** All that is known of a video, and what can be done with it. */
export function VideoDrawer(props: DrawerProps) {
  const { id, version, onClose, onSaved, detailsTo, actions } = props;
  const edit = useEdit(id, version, onSaved);
  const { video, error } = edit;

  function close() {
    if (edit.changed && !window.confirm('Close without saving your changes?')) return;
    onClose();
  }

  return (
    <Dialog
      shape="drawer"
      title={video ? nameOf(video) : error ? 'Not there' : 'Video'}
      onClose={close}
      busy={!video && !error}
    >
      {error && (
        <div className="stack">
          <p className="message" role="alert">
            {error}
          </p>
          <button className="quiet-button" type="button" onClick={edit.reload}>
            Try again
          </button>
        </div>
      )}
      {!video && !error && <DrawerSkeleton />}
      {video && (
        <>
          <Picture video={video} />
          <States video={video} detailsTo={detailsTo} />
          <Actions video={video} actions={actions} />
          {edit.conflict && <ConflictNote edit={edit} />}
          {edit.problem && (
            <p className="message" role="alert">
              {edit.problem}
            </p>
          )}
          <EditForm
            video={video}
            draft={edit.draft}
            onDraft={edit.write}
            onSave={() => void edit.save()}
            saving={edit.saving || edit.conflict !== null}
            problems={edit.problems}
          />
          <Facts video={video} />
        </>
      )}
      {props.children}
    </Dialog>
  );
}

function DrawerSkeleton() {
  return (
    <>
      <div className="drawer-picture" />
      <span className="skeleton" />
      <span className="skeleton" />
      <span className="skeleton" />
    </>
  );
}

function Picture({ video }: { video: Video }) {
  const { thumbnailUrl, mediaFileId } = video;
  return (
    <div className="drawer-picture">
      {thumbnailUrl && <img src={thumbnailUrl} alt="" />}
      {mediaFileId && (
        <Link className="button" to={`/watch/${mediaFileId}`}>
          <Icon name="play" filled />
          Play
        </Link>
      )}
    </div>
  );
}

/** What sets this video apart, in sentences. */
function States({ video, detailsTo }: { video: Video; detailsTo: (id: string) => string }) {
  const { deletedAt, invalidReason, lockedAt, lockedReason, duplicateOf } = video;
  const { publishedAt, movedFromPublicAt } = video;
  return (
    <ul className="states">
      {deletedAt && (
        <State icon="trash" tone="bad">
          Deleted on {formatDate(deletedAt)}. The file is still there, and it can be restored.
        </State>
      )}
      {invalidReason && (
        <State icon="alert" tone="bad">
          {invalidReason}
        </State>
      )}
      {pending(video) && (
        <State icon="film">
          A worker is yet to look at the file. Its details come by themselves.
        </State>
      )}
      {lockedAt && (
        <State icon="lock">
          Locked on {formatDate(lockedAt)}
          {lockedReason ? `: ${lockedReason}` : '.'}
        </State>
      )}
      {video.published && (
        <State icon="globe">
          In the gallery under <strong>{video.category}</strong>
          {publishedAt && ` since ${formatDate(publishedAt)}`}.{' '}
          {!video.locked && <Link to={`/v/${video.id}`}>See it there</Link>}
        </State>
      )}
      {movedFromPublicAt && !video.published && (
        <State icon="hidden">Left the gallery on {formatDate(movedFromPublicAt)}.</State>
      )}
      {duplicateOf && (
        <State icon="copy">
          The same bytes as <Link to={detailsTo(duplicateOf)}>an older video</Link>.
        </State>
      )}
    </ul>
  );
}

function State(props: { icon: IconName; tone?: 'bad'; children: ReactNode }) {
  return (
    <li data-tone={props.tone}>
      <Icon name={props.icon} />
      <span>{props.children}</span>
    </li>
  );
}

function Actions({ video, actions: { ask, act } }: { video: Video; actions: LibraryActions }) {
  return (
    <div className="drawer-actions">
      {video.published ? (
        <>
          <Act icon="tag" label="Category" onClick={() => ask('publish', [video])} />
          <Act icon="hidden" label="Unpublish" onClick={() => ask('unpublish', [video])} />
        </>
      ) : (
        publishable(video) && (
          <Act icon="globe" label="Publish" onClick={() => ask('publish', [video])} />
        )
      )}
      <Link className="quiet-button" to={`/analytics/${video.id}`}>
        <Icon name="chart" />
        Analytics
      </Link>
      <Act icon="validate" label="Validate" onClick={() => ask('validate', [video])} />
      {video.locked ? (
        <Act icon="unlock" label="Unlock" onClick={() => act('unlock', [video])} />
      ) : (
        <Act icon="lock" label="Lock" onClick={() => ask('lock', [video])} />
      )}
      {video.deletedAt ? (
        <Act icon="restore" label="Restore" onClick={() => act('restore', [video])} />
      ) : (
        <Act icon="trash" label="Delete" danger onClick={() => ask('delete', [video])} />
      )}
      {!video.isValid && (
        <Act
          icon="trash"
          label="Delete permanently"
          danger
          onClick={() => ask('remove', [video])}
        />
      )}
    </div>
  );
}

function Act(props: { icon: IconName; label: string; danger?: boolean; onClick: () => void }) {
  return (
    <button
      className="quiet-button"
      type="button"
      data-danger={props.danger || undefined}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.label}
    </button>
  );
}

function ConflictNote({ edit }: { edit: Edit }) {
  const { conflict } = edit;
  if (!conflict) return null;
  return (
    <div className="conflict" role="alert">
      <p>
        <strong>Somebody else was faster.</strong> This video was changed after you opened it, so
        yours is not saved yet.{conflict.theirs.length > 0 && ' What they wrote:'}
      </p>
      {conflict.theirs.length > 0 && (
        <ul>
          {conflict.theirs.map(({ name, value }) => (
            <li key={name}>
              {name}: <q>{value || 'nothing'}</q>
            </li>
          ))}
        </ul>
      )}
      <div className="edit-actions">
        <button
          className="button"
          type="button"
          disabled={edit.saving}
          onClick={() => void edit.save(conflict.latest)}
        >
          Save mine as well
        </button>
        <button className="quiet-button" type="button" onClick={edit.takeTheirs}>
          Drop my changes
        </button>
      </div>
    </div>
  );
}

function Facts({ video }: { video: Video }) {
  const { durationSeconds, width, height, quality, orientation, fileSize, lastValidated } = video;
  const picture = [
    width && height ? `${width} × ${height}` : '',
    quality ?? '',
    orientation ? ORIENTATION_NAMES[orientation] : '',
  ];
  const facts: [string, string, 'code'?][] = [
    ['Duration', durationSeconds == null ? '' : formatClock(durationSeconds)],
    ['Picture', picture.filter(Boolean).join(' · ')],
    ['Sound', fileSize == null ? '' : video.hasAudio ? 'Yes' : 'None'],
    ['Size', fileSize == null ? '' : formatBytes(fileSize)],
    ['Audience', audienceOf(video)],
    ['Watched', video.publicTotalWatchTime > 0 ? formatSpan(video.publicTotalWatchTime) : ''],
    ['Created', formatDate(video.createdAt)],
    ['Changed', formatDate(video.updatedAt)],
    ['Last validated', lastValidated ? formatDate(lastValidated) : 'Not yet'],
    ['Moved', video.standardizedAt ? formatDate(video.standardizedAt) : ''],
    ['Original name', video.originalFilename ?? ''],
    ['Lay at', video.originalPath ?? '', 'code'],
    ['Path', video.path, 'code'],
    ['SHA-256', video.fileHash ?? '', 'code'],
  ];
  return (
    <dl className="drawer-facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value, code]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{code ? <code>{value}</code> : value}</dd>
          </div>
        ))}
    </dl>
  );
}

function audienceOf(video: Video): string {
  const { publicViewCount, publicUpvoteCount, publicCommentCount, publicCompletionCount } = video;
  const parts = [
    countOf(publicViewCount, 'view'),
    publicUpvoteCount > 0 ? countOf(publicUpvoteCount, 'upvote') : '',
    publicCommentCount > 0 ? countOf(publicCommentCount, 'comment') : '',
    publicCompletionCount > 0 ? `${formatCount(publicCompletionCount)} to the end` : '',
  ];
  return parts.filter(Boolean).join(' · ');
}
