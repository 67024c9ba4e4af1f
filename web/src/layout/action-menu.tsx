import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Link } from 'react-router';
import { Icon, type IconName } from './icon';
import './action-menu.css';

export interface MenuAction {
  label: string;
  icon: IconName;
  /** What choosing it does, or the address it leads to. */
  run?: () => void;
  to?: string;
  danger?: boolean;
}

interface ActionMenuProps {
  /** What the actions are about, for the button's name. */
  name: string;
  actions: readonly MenuAction[];
}

/** A button that opens a list of actions, above whatever surrounds it. */
export function ActionMenu({ name, actions }: ActionMenuProps) {
  const [place, setPlace] = useState<{ top: number; right: number } | null>(null);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const open = place !== null;

  useEffect(() => {
    if (!open) return undefined;
    list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus({ preventScroll: true });
    const onPointerDown = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) setPlace(null);
    };
    // It stands where the button was; rather than follow, it goes. A scroll may be told of after it has ended.
    const opened = button.current?.getBoundingClientRect().top;
    const onMove = () => {
      if (button.current?.getBoundingClientRect().top !== opened) setPlace(null);
    };
    document.addEventListener('pointerdown', onPointerDown);
    const onResize = () => setPlace(null);
    window.addEventListener('resize', onResize);
    window.addEventListener('scroll', onMove, true);
    return () => {
      document.removeEventListener('pointerdown', onPointerDown);
      window.removeEventListener('resize', onResize);
      window.removeEventListener('scroll', onMove, true);
    };
  }, [open]);

  function toggle() {
    if (open || !button.current) return setPlace(null);
    const box = button.current.getBoundingClientRect();
    const height = 12 + 42 * actions.length;
    const below = box.bottom + 4 + height <= window.innerHeight;
    const top = below ? box.bottom + 4 : Math.max(8, box.top - 4 - height);
    const right = Math.max(8, document.documentElement.clientWidth - box.right);
    return setPlace({ top, right });
  }

  function close() {
    setPlace(null);
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
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
    else if (event.key === 'Tab') return setPlace(null);
    else return undefined;
    event.preventDefault();
    event.stopPropagation();
    return undefined;
  }

  return (
    <div className="action-menu">
      <button
        ref={button}
        className="icon-button"
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={`More actions for ${name}`}
        onClick={toggle}
      >
        <Icon name="more" />
      </button>
      {place && (
        <div
          className="action-list"
          id={id}
          role="menu"
          aria-label={`Actions for ${name}`}
          tabIndex={-1}
          ref={list}
          style={{ insetBlockStart: place.top, insetInlineEnd: place.right }}
          onKeyDown={onKeyDown}
        >
          {actions.map((action) => (
            <Item key={action.label} action={action} onChoose={close} />
          ))}
        </div>
      )}
    </div>
  );
}

function Item({ action, onChoose }: { action: MenuAction; onChoose: () => void }) {
  const content = (
    <>
      <Icon name={action.icon} />
      {action.label}
    </>
  );
  if (action.to !== undefined) {
    return (
      <Link role="menuitem" tabIndex={-1} to={action.to}>
        {content}
      </Link>
    );
  }
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      data-danger={action.danger || undefined}
      onClick={() => {
        // First, so that a dialog which opens now gives the focus back to the button.
        onChoose();
        action.run?.();
      }}
    >
      {content}
    </button>
  );
}
