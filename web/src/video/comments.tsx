import { useState } from 'react';
import { useWho } from '../app-context';
import type { Comment } from '../api/types';
import { sentenceOf } from '../api/client';
import { ActionMenu, type MenuAction } from '../layout/action-menu';
import { Icon } from '../layout/icon';
import { Question } from '../layout/question';
import { formatDate } from '../media/format';
import { countOf, formatAge } from '../media/words';
import { CommentEdit, CommentForm } from './comment-form';
import { piecesOf } from './comment-text';
import { useComments, type Comments as Doing } from './use-comments';
import './comments.css';

interface CommentsProps {
  mediaId: string;
  total: number;
  /** Seconds. */
  duration: number;
  onSeek: (seconds: number) => void;
  onProblem: (sentence: string) => void;
}

/** What people say about a video. */
export function Comments({ mediaId, total, duration, onSeek, onProblem }: CommentsProps) {
  const doing = useComments(mediaId, total);
  const { comments, more, loading, error } = doing;
  const [removing, setRemoving] = useState<Comment | null>(null);
  return (
    <section className="comments" aria-labelledby="comments-heading">
      <h2 id="comments-heading">{countOf(doing.total, 'comment')}</h2>
      <CommentForm onWrite={doing.write} />
      {!comments && !error && <Skeleton />}
      {comments?.length === 0 && (
        <p className="comments-none">Nobody has said anything yet. Be the first.</p>
      )}
      {comments && comments.length > 0 && (
        <ul className="comment-list">
          {comments.map((comment) => (
            <li key={comment.id}>
              <OneComment
                comment={comment}
                duration={duration}
                onSeek={onSeek}
                onEdit={(content) => doing.edit(comment, content)}
                onRemove={() => setRemoving(comment)}
                onModerate={(verb) => {
                  doing
                    .moderate(comment, verb)
                    .catch((reason: unknown) => onProblem(sentenceOf(reason)));
                }}
              />
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p className="message" role="alert">
          {error}
        </p>
      )}
      {(more || error) && (
        <button
          className="quiet-button comments-more"
          type="button"
          disabled={loading}
          onClick={doing.loadMore}
        >
          {loading ? 'Loading …' : error ? 'Try again' : 'Show older comments'}
        </button>
      )}
      {removing && (
        <RemoveQuestion comment={removing} doing={doing} onClose={() => setRemoving(null)} />
      )}
    </section>
  );
}

interface OneProps {
  comment: Comment;
  duration: number;
  onSeek: (seconds: number) => void;
  onEdit: (content: string) => Promise<void>;
  onRemove: () => void;
  onModerate: (verb: 'hide' | 'restore') => void;
}

function OneComment({ comment, duration, onSeek, onEdit, onRemove, onModerate }: OneProps) {
  const { admin } = useWho();
  const [editing, setEditing] = useState(false);
  const { own, hidden, createdAt } = comment;
  const name = authorOf(comment);

  const actions: MenuAction[] = [];
  if (own) actions.push({ label: 'Edit', icon: 'pencil', run: () => setEditing(true) });
  if (admin && hidden) {
    actions.push({ label: 'Show again', icon: 'eye', run: () => onModerate('restore') });
  } else if (admin) {
    actions.push({ label: 'Hide', icon: 'hidden', run: () => onModerate('hide') });
  }
  if (own || admin) {
    actions.push({ label: 'Delete…', icon: 'trash', danger: true, run: onRemove });
  }

  return (
    <article className="comment" data-hidden={hidden || undefined} aria-label={`By ${name}`}>
      <span
        className="avatar"
        style={{ '--hue': String(hueOf(comment.userId ?? name)) } as React.CSSProperties}
        aria-hidden="true"
      >
        {[...name][0]?.toUpperCase()}
      </span>
      <div className="comment-words">
        <p className="comment-head">
          <strong>{name}</strong>
          {own && <span className="badge">You</span>}
          <time dateTime={createdAt} title={formatDate(createdAt)}>
            {formatAge(createdAt)}
          </time>
          {comment.edited && <span>edited</span>}
          {hidden && (
            <span className="badge">
              <Icon name="hidden" />
              Hidden from viewers
            </span>
          )}
        </p>
        {editing ? (
          <CommentEdit
            content={comment.content}
            onCancel={() => setEditing(false)}
            onSave={async (content) => {
              await onEdit(content);
              setEditing(false);
            }}
          />
        ) : (
          <p className="comment-text">
            {piecesOf(comment.content, duration).map((piece, at) =>
              typeof piece === 'string' ? (
                piece
              ) : (
                <button
                  // oxlint-disable-next-line react/no-array-index-key -- The pieces of a text have no other name.
                  key={at}
                  className="text-button"
                  type="button"
                  onClick={() => onSeek(piece.seconds)}
                >
                  {piece.text}
                </button>
              ),
            )}
          </p>
        )}
      </div>
      {actions.length > 0 && !editing && (
        <ActionMenu name={`the comment of ${name}`} actions={actions} />
      )}
    </article>
  );
}

interface RemoveProps {
  comment: Comment;
  doing: Doing;
  onClose: () => void;
}

function RemoveQuestion({ comment, doing, onClose }: RemoveProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function remove() {
    setBusy(true);
    try {
      await doing.remove(comment);
      onClose();
    } catch (error) {
      setBusy(false);
      setProblem(sentenceOf(error));
    }
  }

  return (
    <Question
      title="Delete this comment?"
      verb="Delete"
      danger
      busy={busy}
      problem={problem}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>It is gone for good, for everyone.</p>
    </Question>
  );
}

function Skeleton() {
  return (
    <div className="comment" aria-hidden="true">
      <span className="avatar skeleton" />
      <div className="comment-words">
        <span className="skeleton" style={{ inlineSize: 140 }} />
        <span className="skeleton" />
      </div>
    </div>
  );
}

function authorOf({ authorName, userId }: Comment): string {
  return authorName || (userId ? 'Member' : 'Guest');
}

/** A colour that stays the same for a name. */
function hueOf(text: string): number {
  let hash = 0;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return hash;
}
