import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { useVisitor, useWho } from '../app-context';
import { sentenceOf } from '../api/client';

/** Characters of a comment at most, as the API counts. */
const LONGEST = 2000;
/** Characters that are left when their number begins to show. */
const NEAR_THE_END = 200;

interface CommentFormProps {
  onWrite: (content: string, authorName: string) => Promise<void>;
}

/** Says something new. */
export function CommentForm({ onWrite }: CommentFormProps) {
  const visitor = useVisitor();
  const { signedIn } = useWho();
  const [name, setName] = useState(visitor.name);

  return (
    <TextForm
      label="Add a comment"
      verb="Comment"
      onSubmit={async (content) => {
        const author = signedIn ? '' : name.trim();
        if (!signedIn) visitor.rememberName(author);
        await onWrite(content, author);
      }}
    >
      {!signedIn && (
        <label className="field comment-name">
          <span>
            Your name <span className="optional">optional</span>
          </span>
          <input
            type="text"
            autoComplete="name"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
      )}
    </TextForm>
  );
}

interface EditFormProps {
  content: string;
  onSave: (content: string) => Promise<void>;
  onCancel: () => void;
}

/** Changes what was said. */
export function CommentEdit({ content, onSave, onCancel }: EditFormProps) {
  return (
    <TextForm
      label="Edit your comment"
      verb="Save"
      initial={content}
      onSubmit={onSave}
      onCancel={onCancel}
    />
  );
}

interface TextFormProps {
  label: string;
  verb: string;
  initial?: string;
  onSubmit: (content: string) => Promise<void>;
  onCancel?: () => void;
  children?: React.ReactNode;
}

function TextForm({ label, verb, initial = '', onSubmit, onCancel, children }: TextFormProps) {
  const [text, setText] = useState(initial);
  const [opened, setOpened] = useState(initial !== '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const content = text.trim();
  const left = LONGEST - [...content].length;

  useEffect(() => {
    if (initial) area.current?.focus();
  }, [initial]);

  // As high as what is written, where the style sheet cannot say that yet.
  useEffect(() => {
    const element = area.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.blockSize = 'auto';
    element.style.blockSize = `${element.scrollHeight + 2}px`;
  }, [text]);

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    if (busy || content === '' || left < 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await onSubmit(content);
      setText('');
      setOpened(false);
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  function cancel() {
    setText(initial);
    setOpened(false);
    setProblem(null);
    onCancel?.();
  }

  return (
    <form className="comment-form" onSubmit={(event) => void submit(event)}>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <textarea
        ref={area}
        id={id}
        rows={opened ? 2 : 1}
        placeholder={initial ? '' : `${label} …`}
        value={text}
        aria-invalid={left < 0 || undefined}
        aria-describedby={`${id}-note`}
        onFocus={() => setOpened(true)}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit();
          if (event.key === 'Escape') cancel();
        }}
      />
      {problem && (
        <p className="message" role="alert">
          {problem}
        </p>
      )}
      {opened && (
        <div className="comment-submit">
          {children}
          <p className="comment-left" id={`${id}-note`} data-over={left < 0 || undefined}>
            {left < 0 && `${-left} characters too long`}
            {left >= 0 && left < NEAR_THE_END && `${left} characters left`}
          </p>
          <button className="quiet-button" type="button" disabled={busy} onClick={cancel}>
            Cancel
          </button>
          <button className="button" type="submit" disabled={busy || content === '' || left < 0}>
            {busy ? 'Sending …' : verb}
          </button>
        </div>
      )}
    </form>
  );
}
