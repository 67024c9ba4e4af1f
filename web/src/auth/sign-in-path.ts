/** The page that asks for a sign-in and then leads back. */
export function signInTo(from: string): string {
  return from === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ to: from })}`;
}

/** Where to go afterwards: a page of this site, whatever the address says. */
export function returnPath(search: URLSearchParams): string {
  const to = search.get('to') ?? '/';
  return /^\/(?![/\\])/.test(to) ? to : '/';
}
