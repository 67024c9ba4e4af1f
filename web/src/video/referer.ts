/** The page before this one: of this site when it was one, else what the browser says of another. */
export function refererOf(state: unknown, origin: string, browser: string): string {
  const from =
    typeof state === 'object' && state !== null && 'from' in state ? state.from : undefined;
  return typeof from === 'string' ? origin + from : browser;
}
