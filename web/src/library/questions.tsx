import { useId, useState, type ReactNode } from 'react';
import { Question } from '../layout/question';
import type { VideoSummary } from '../api/types';
import { countOf, nameOf } from '../media/words';

/** A video by its name, several by their number. */
export function subjectOf(videos: readonly VideoSummary[]): string {
  const [first] = videos;
  return videos.length === 1 && first ? `“${nameOf(first)}”` : countOf(videos.length);
}

export interface QuestionProps {
  videos: readonly VideoSummary[];
  onClose: () => void;
  /** How many are done, while it takes its time. */
  done: number | null;
  /** What went wrong as a whole. */
  problem: string | null;
}

/** Asks before a soft deletion. */
export function DeleteQuestion(props: QuestionProps & { onConfirm: () => void }) {
  return (
    <VideoQuestion
      {...props}
      title={`Delete ${subjectOf(props.videos)}?`}
      verb="Delete"
      danger
      onConfirm={props.onConfirm}
    >
      <p>
        {props.videos.length === 1 ? 'It leaves' : 'They leave'} the list and the gallery. No file
        is removed, and deleted videos can be restored at any time under “Deleted or invalid”.
      </p>
    </VideoQuestion>
  );
}

/** Asks before a deletion that nobody takes back. */
export function RemoveQuestion(props: QuestionProps & { onConfirm: (objects: boolean) => void }) {
  const [objects, setObjects] = useState(false);
  const one = props.videos.length === 1;
  return (
    <VideoQuestion
      {...props}
      title={`Permanently delete ${subjectOf(props.videos)}?`}
      verb="Delete permanently"
      danger
      onConfirm={() => props.onConfirm(objects)}
    >
      <p>
        What people wrote about {one ? 'it' : 'them'} is lost and cannot be brought back.
        {!objects &&
          (one
            ? ' The file stays where it is, and a scan makes a new record of it.'
            : ' The files stay where they are, and a scan makes new records of them.')}
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={objects}
          onChange={(event) => setObjects(event.target.checked)}
        />
        <span>
          Also remove the {one ? 'file' : 'files'}
          <span className="optional"> with their transcodes and pictures</span>
        </span>
      </label>
    </VideoQuestion>
  );
}

/** Asks why videos are withdrawn. */
export function LockQuestion(props: QuestionProps & { onConfirm: (reason: string) => void }) {
  const [reason, setReason] = useState('');
  const id = useId();
  return (
    <VideoQuestion
      {...props}
      title={`Lock ${subjectOf(props.videos)}?`}
      verb="Lock"
      onConfirm={() => props.onConfirm(reason.trim())}
    >
      <p>Viewers can no longer watch what is locked, until somebody unlocks it.</p>
      <div className="field">
        <label htmlFor={id}>
          Reason <span className="optional">for other admins, optional</span>
        </label>
        <input
          id={id}
          type="text"
          autoComplete="off"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </VideoQuestion>
  );
}

interface FrameProps extends QuestionProps {
  title: string;
  verb: string;
  danger?: boolean;
  /** What is asked for is not complete yet. */
  incomplete?: boolean;
  onConfirm: () => void;
  children: ReactNode;
}

/** A question about videos. */
export function VideoQuestion({ videos, done, ...rest }: FrameProps) {
  const progress = videos.length > 1 && done ? (done / videos.length) * 100 : null;
  return <Question {...rest} busy={done !== null} progress={progress} />;
}
