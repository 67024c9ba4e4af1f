import { useId, useRef, useState, type RefObject } from 'react';
import { sentenceOf } from '../api/client';
import { writeClipboard } from '../layout/clipboard';
import { Dialog } from '../layout/dialog';
import { Icon } from '../layout/icon';
import { formatClock } from '../media/format';

interface ShareProps {
  id: string;
  title: string;
  video: RefObject<HTMLVideoElement | null>;
}

/** The video's address, from its beginning or from here on. */
export function ShareButton({ id, title, video }: ShareProps) {
  const [seconds, setSeconds] = useState<number | null>(null);
  return (
    <>
      <button
        className="quiet-button"
        type="button"
        onClick={() => setSeconds(Math.floor(video.current?.currentTime ?? 0))}
      >
        <Icon name="share" />
        Share
      </button>
      {seconds !== null && (
        <ShareDialog id={id} title={title} seconds={seconds} onClose={() => setSeconds(null)} />
      )}
    </>
  );
}

interface DialogProps {
  id: string;
  title: string;
  /** Where the playhead is. */
  seconds: number;
  onClose: () => void;
}

function ShareDialog({ id, title, seconds, onClose }: DialogProps) {
  const [here, setHere] = useState(false);
  const [note, setNote] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const label = useId();
  const link = `${window.location.origin}/v/${id}${here ? `?t=${seconds}` : ''}`;

  async function copy() {
    try {
      await writeClipboard(link, field.current);
      setNote('Copied.');
    } catch (error) {
      setNote(sentenceOf(error));
    }
  }

  return (
    <Dialog title="Share" onClose={onClose}>
      <div className="copy-row">
        <input
          ref={field}
          type="text"
          readOnly
          aria-label="Link to this video"
          value={link}
          onFocus={(event) => event.target.select()}
        />
        <button className="button" type="button" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy
        </button>
      </div>
      {seconds > 0 && (
        <label className="check" htmlFor={label}>
          <input
            id={label}
            type="checkbox"
            checked={here}
            onChange={(event) => {
              setHere(event.target.checked);
              setNote('');
            }}
          />
          <span>Start at {formatClock(seconds)}</span>
        </label>
      )}
      {typeof navigator.share === 'function' && (
        <button
          className="quiet-button"
          type="button"
          // Who closes the system's own dialog has changed their mind.
          onClick={() => void navigator.share({ title, url: link }).catch(() => {})}
        >
          <Icon name="share" />
          Share with an app
        </button>
      )}
      <p role="status">{note}</p>
    </Dialog>
  );
}
