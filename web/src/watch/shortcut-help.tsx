import type { Ref } from 'react';
import { Icon } from '../layout/icon';
import { SHORTCUTS } from './keys';

export function ShortcutHelp({ ref }: { ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog className="shortcut-help" ref={ref} aria-labelledby="shortcut-heading">
      <form method="dialog">
        <h2 id="shortcut-heading">Keyboard shortcuts</h2>
        <button className="icon-button" aria-label="Close">
          <Icon name="close" />
        </button>
      </form>
      <dl>
        {SHORTCUTS.map(({ keys, action }) => (
          <div key={action}>
            <dt>{keys.map((key) => (key === '…' ? ' … ' : <kbd key={key}>{key}</kbd>))}</dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
