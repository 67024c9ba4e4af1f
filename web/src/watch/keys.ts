/** What a key asks of the player. */
export type PlayerCommand =
  | { do: 'toggle' | 'mute' | 'fullscreen' | 'help' }
  | { do: 'seek-by'; seconds: number }
  | { do: 'seek-to'; fraction: number }
  | { do: 'volume-by'; step: number }
  | { do: 'speed-by'; steps: number };

/** The shortcuts as the help shows them. */
export const SHORTCUTS: readonly { keys: readonly string[]; action: string }[] = [
  { keys: ['Space', 'K'], action: 'Play or pause' },
  { keys: ['J', 'L'], action: 'Back or forward 10 seconds' },
  { keys: ['←', '→'], action: 'Back or forward 5 seconds' },
  { keys: ['↑', '↓'], action: 'Volume, while the player has the focus' },
  { keys: ['0', '…', '9'], action: 'To 0 % … 90 % of the video' },
  { keys: ['<', '>'], action: 'Slower or faster' },
  { keys: ['F'], action: 'Full screen' },
  { keys: ['M'], action: 'Mute' },
  { keys: ['?'], action: 'This help' },
];

const COMMANDS: Readonly<Record<string, PlayerCommand>> = {
  ' ': { do: 'toggle' },
  k: { do: 'toggle' },
  j: { do: 'seek-by', seconds: -10 },
  l: { do: 'seek-by', seconds: 10 },
  ArrowLeft: { do: 'seek-by', seconds: -5 },
  ArrowRight: { do: 'seek-by', seconds: 5 },
  ArrowUp: { do: 'volume-by', step: 0.05 },
  ArrowDown: { do: 'volume-by', step: -0.05 },
  '<': { do: 'speed-by', steps: -1 },
  '>': { do: 'speed-by', steps: 1 },
  f: { do: 'fullscreen' },
  m: { do: 'mute' },
  '?': { do: 'help' },
};

/** Where a key was pressed, as far as it matters. */
export interface KeyPlace {
  /** Text is being typed. */
  typing: boolean;
  /** A button or link, which Space itself works on. */
  pressable: boolean;
  /** A control with its own use for arrows. */
  arrows: boolean;
  /** Inside the player, where the arrows need not scroll the page. */
  inPlayer: boolean;
}

interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** The command of a key press, or nothing when it belongs to something else. */
export function commandOf(press: KeyPress, place: KeyPlace): PlayerCommand | null {
  if (press.ctrlKey || press.metaKey || press.altKey || place.typing) return null;
  const { key } = press;
  if (key === ' ' && place.pressable) return null;
  if (key.startsWith('Arrow') && place.arrows) return null;
  if ((key === 'ArrowUp' || key === 'ArrowDown') && !place.inPlayer) return null;
  if (/^[0-9]$/.test(key)) return { do: 'seek-to', fraction: Number(key) / 10 };
  return COMMANDS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

/** The place of an event's target. */
export function placeOf(target: EventTarget | null): KeyPlace {
  const element = target instanceof Element ? target : null;
  const inside = (selector: string) => element?.closest(selector) != null;
  return {
    typing: inside('input:not([type=range]), textarea, select, [contenteditable]'),
    pressable: inside('button, a, summary, [role=menuitemradio]'),
    arrows: inside('input[type=range], [role=menu], [role=dialog], dialog, [tabindex].scroll-x'),
    inPlayer: inside('.player'),
  };
}
