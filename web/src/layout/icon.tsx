/** Outlines on a 24-unit square, drawn for this page. */
const PATHS = {
  play: 'M8 5.2v13.6L19 12z',
  pause: 'M7.5 5.5h2.6v13H7.5zm6.4 0h2.6v13h-2.6z',
  replay: 'M5 12a7 7 0 1 0 2.2-5.1M5 4v4.5h4.5',
  close: 'm6 6 12 12M18 6 6 18',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  alert: 'M12 7.5v5.5m0 3.4v.1M12 3.5 21 19.5H3z',
  film: 'M4 6h16v12H4zM8 6v12M16 6v12M4 10h4m8 0h4M4 14h4m8 0h4',
  volume: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6m2.2-8.5a7.5 7.5 0 0 1 0 11',
  muted: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5m0-5-5 5',
  expand: 'M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5',
  shrink: 'M9 4v5H4m16 0h-5V4m0 16v-5h5M4 15h5v5',
  inset: 'M4 5h16v14H4zm8 7h8v7h-8z',
  keyboard: 'M3 7h18v10H3zm4 3.4v.1m3.3-.1v.1m3.4-.1v.1m3.3-.1v.1M8 13.8h8',
  leave: 'M14 8V4.5H5v15h9V16m-4-4h10.5m-3.5-3.5 3.5 3.5-3.5 3.5',
  more: 'M5.5 12h.1m6.4 0h.1m6.4 0h.1',
  pencil: 'm5 15.5-1 4.5 4.5-1L19 8.5 15.5 5zM13.2 7.3l3.5 3.5',
  trash: 'M4.5 7h15M9 7V4.5h6V7m-8.5 0 .8 12.5h9.4L17.5 7M10.3 10.5v5.5m3.4-5.5v5.5',
  restore: 'M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4v4.5H9m3-.5v4.3l3 1.8',
  lock: 'M6 11h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 7 0v3',
  unlock: 'M6 11h12v9H6zm2.5 0V8a3.5 3.5 0 0 1 6.8-1.1',
  search: 'M10.8 17a6.2 6.2 0 1 0 0-12.4 6.2 6.2 0 0 0 0 12.4m4.6-1.6L20 20',
  filter: 'M4 7h16M7 12h10m-7 5h4',
  validate: 'M12 3.5 5 6v5.5c0 4.4 2.9 7.4 7 9 4.1-1.6 7-4.6 7-9V6zm-3 8.3 2.2 2.2 4-4.2',
  folder: 'M3.5 6.5h6l2 2.5h9v9.5h-17z',
  up: 'm7 14 5-5 5 5',
  down: 'm7 10 5 5 5-5',
  left: 'm14 7-5 5 5 5',
  right: 'm10 7 5 5-5 5',
  globe:
    'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16M4.3 12h15.4M12 4c4.5 4.6 4.5 11.4 0 16-4.5-4.6-4.5-11.4 0-16',
  upvote: 'm12 4.5 7.5 8h-4.3v7H8.8v-7H4.5z',
  share: 'M13 5.5 20 12l-7 6.5v-4c-4.5 0-7.3 1.4-9 4.5.4-5.3 3.6-8.6 9-9.3z',
  chart: 'M5 19.5v-7m4.7 7v-12m4.6 12v-5m4.7 5v-15',
  eye: 'M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12m9.2 2.7a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4',
  hidden: 'M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12M5 19 19 5',
  download: 'M12 4.5v10m-4.2-4 4.2 4 4.2-4M5 19.5h14',
  refresh: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5',
  tag: 'M4.5 4.5H12l8 8-7.5 7.5-8-8zm4 4v.1',
  copy: 'M9 9h10v11H9zM5 15H4V4h11v1',
} as const;

export type IconName = keyof typeof PATHS;

/** A decoration: what it stands for is said by the text or label beside it. */
export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill={filled ? 'currentColor' : 'none'} />
    </svg>
  );
}
