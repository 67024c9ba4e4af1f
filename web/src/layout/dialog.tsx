import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Icon } from './icon';
import './dialog.css';

interface DialogProps {
  title: ReactNode;
  /** Escape, the close button, or a click beside it. */
  onClose: () => void;
  children: ReactNode;
  /** A drawer stands at the side of the page, at full height. */
  shape?: 'box' | 'drawer';
  /** Above the title's line, such as a picture. */
  busy?: boolean;
}

/**
 * A modal dialog while it is rendered. The browser keeps the focus inside; afterwards it goes back to where it was, or
 * to the page when that is gone.
 */
export function Dialog({ title, onClose, children, shape = 'box', busy = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressed = useRef<EventTarget | null>(null);
  const heading = useId();

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => {
      element?.close();
      const target = before?.isConnected ? before : document.querySelector<HTMLElement>('#main');
      target?.focus({ preventScroll: true });
    };
  }, []);

  return (
    // A click on the backdrop is a click on the dialog itself; the keyboard has Escape and the button.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className="dialog"
      data-shape={shape}
      aria-labelledby={heading}
      aria-busy={busy || undefined}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        // Text that is selected from the inside out is no click beside.
        const beside = event.target === event.currentTarget && pressed.current === event.target;
        if (beside) onClose();
      }}
    >
      <div className="dialog-inner">
        <header className="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button className="icon-button" type="button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div className="dialog-body">{children}</div>
      </div>
    </dialog>
  );
}
