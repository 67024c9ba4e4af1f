import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon } from '../layout/icon';

interface MenuProps<T> {
  /** What is chosen here, for the label. */
  name: string;
  /** On the button. */
  children: ReactNode;
  options: readonly { value: T; label: string }[];
  value: T;
  onChoose: (value: T) => void;
  onOpenChange?: (open: boolean) => void;
}

/** A button that opens a list to choose one from. */
export function Menu<T>({ name, children, options, value, onChoose, onOpenChange }: MenuProps<T>) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  function show(next: boolean) {
    setOpen(next);
    onOpenChange?.(next);
  }

  // Only when it opens: a change on the screen meanwhile must not take the focus from where the keys moved it.
  useEffect(() => {
    if (open) list.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }, [open]);

  useEffect(() => {
    if (!open) return undefined;
    const onPointerDown = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) show(false);
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  });

  function close() {
    show(false);
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitemradio]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const targets: Record<string, number> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) items[target]?.focus();
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') return show(false);
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  }

  const chosen = options.find((option) => option.value === value)?.label ?? '';
  return (
    <div className="menu">
      <button
        ref={button}
        className="control control-text"
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`${name}: ${chosen}`}
        onClick={() => show(!open)}
      >
        {children}
      </button>
      {open && (
        <div
          className="menu-list"
          id={id}
          role="menu"
          aria-label={name}
          tabIndex={-1}
          ref={list}
          onKeyDown={onKeyDown}
        >
          <p aria-hidden="true">{name}</p>
          {options.map((option) => (
            <button
              key={option.label}
              type="button"
              role="menuitemradio"
              aria-checked={option.value === value}
              tabIndex={-1}
              onClick={() => {
                onChoose(option.value);
                close();
              }}
            >
              <Icon name="check" />
              {option.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
