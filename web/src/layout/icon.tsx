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
