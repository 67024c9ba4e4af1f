import { useEffect, useState } from 'react';
import './toast.css';

export interface Message {
  text: string;
  /** The way back. */
  undo?: () => void;
}

/** How long a message stays, in milliseconds; longer while it is under the pointer or has the focus. */
const STAYS = 7000;

/** Says what was done, below everything else. */
export function Toast({ message, onGone }: { message: Message | null; onGone: () => void }) {
  const [held, setHeld] = useState(false);

  useEffect(() => {
    if (!message || held) return undefined;
    const timer = setTimeout(onGone, STAYS);
    return () => clearTimeout(timer);
  }, [message, held, onGone]);

  const undo = message?.undo;
  return (
    <div className="toast-place" role="status" aria-live="polite">
      {message && (
        <div
          className="toast"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span>{message.text}</span>
          {undo && (
            <button
              type="button"
              onClick={() => {
                setHeld(false);
                onGone();
                undo();
              }}
            >
              Undo
            </button>
          )}
        </div>
      )}
    </div>
  );
}
