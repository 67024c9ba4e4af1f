import './states.css';

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
