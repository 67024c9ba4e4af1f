import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { ACCEPT } from './rules';

interface DropZoneProps {
  onFiles: (files: File[]) => void;
  /** Less room once there is a list below. */
  compact: boolean;
}

/** Takes files dropped anywhere on the page, or chosen with the button. */
export function DropZone({ onFiles, compact }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const dragging = useFileDrop(onFiles);

  function takeChosen() {
    const chosen = [...(input.current?.files ?? [])];
    // The same file can be chosen again only when the field is empty.
    if (input.current) input.current.value = '';
    if (chosen.length > 0) onFiles(chosen);
  }

  return (
    <section
      className="drop-zone"
      data-dragging={dragging || undefined}
      data-compact={compact || undefined}
      aria-label="Choose files"
    >
      <Corners />
      <p className="drop-title">
        {dragging ? (
          'Let go to add them'
        ) : (
          <>
            <span className="with-pointer">Drop video files here</span>
            <span className="with-touch">Add videos from this device</span>
          </>
        )}
      </p>
      <div>
        <label className="button">
          Choose files
          <input
            className="visually-hidden"
            ref={input}
            type="file"
            accept={ACCEPT}
            multiple
            onChange={takeChosen}
            aria-describedby="drop-hint"
          />
        </label>
      </div>
      <p className="drop-hint" id="drop-hint">
        MP4, MOV, MKV, WebM, AVI and other common formats, several at once
      </p>
    </section>
  );
}

function Corners() {
  return (
    <span className="corners" aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}

/** Whether files are being dragged over the page; hands them over when they are dropped. */
function useFileDrop(onFiles: (files: File[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const onDrop = useEffectEvent(onFiles);

  useEffect(() => {
    // Entering a child fires before leaving its parent: only the balance says whether the pointer is outside.
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const listeners: Record<string, (event: DragEvent) => void> = {
      dragenter: (event) => {
        if (!carriesFiles(event)) return;
        depth += 1;
        setDragging(true);
      },
      dragleave: () => {
        depth = Math.max(0, depth - 1);
        if (depth === 0) setDragging(false);
      },
      dragover: (event) => carriesFiles(event) && event.preventDefault(),
      drop: (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setDragging(false);
        onDrop([...(event.dataTransfer?.files ?? [])]);
      },
    };
    const entries = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of entries) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) window.removeEventListener(name, listener);
    };
  }, []);

  return dragging;
}
