import type { FormEvent, ReactNode } from 'react';
import { Dialog } from './dialog';
import { Progress } from './progress';

interface QuestionProps {
  title: string;
  /** On the button that does it. */
  verb: string;
  danger?: boolean;
  /** What is asked for is not complete yet. */
  incomplete?: boolean;
  busy: boolean;
  /** Percent of what is done meanwhile, where that is known. */
  progress?: number | null;
  /** What went wrong. */
  problem: string | null;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with a yes and a no. */
export function Question(props: QuestionProps) {
  const { title, verb, danger = false, busy, problem, onClose } = props;

  function submit(event: FormEvent) {
    event.preventDefault();
    // A form in a dialog in a page: it is none of the surroundings' business.
    event.stopPropagation();
    if (!busy) props.onConfirm();
  }

  return (
    <Dialog title={title} onClose={busy ? () => {} : onClose}>
      <form className="question" onSubmit={submit}>
        {props.children}
        {problem && (
          <p className="message" role="alert">
            {problem}
          </p>
        )}
        {busy && <Progress value={props.progress ?? null} label={title} />}
        <div className="dialog-actions">
          <button className="quiet-button" type="button" disabled={busy} onClick={onClose}>
            Cancel
          </button>
          <button
            className="button"
            type="submit"
            data-danger={danger || undefined}
            disabled={busy || props.incomplete}
          >
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
