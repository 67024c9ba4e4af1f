/** What the page knows about who is signed in. */
export type SessionState =
  | { status: 'starting' }
  | { status: 'signed-in'; token: string; role: string | null }
  /** `message` says why a token that was there no longer is. */
  | { status: 'signed-out'; message: string | null };

const STORAGE_KEY = 'framehouse.token';
/** This tab was signed out by hand: it is not signed in again by itself. */
const LEFT_KEY = 'framehouse.left';
const DEV_TOKEN_PATH = '/dev/token';

/**
 * The access token: from the address's `#token=…`, this tab's storage, or the local front door's `/dev/token`,
 * in that order; else pasted by hand. It lives as long as the tab.
 */
export class Session {
  private state: SessionState = { status: 'starting' };
  private readonly listeners = new Set<() => void>();
  private renewal: Promise<string | null> | null = null;

  get token(): string | null {
    return this.state.status === 'signed-in' ? this.state.token : null;
  }

  readonly snapshot = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  async start(): Promise<void> {
    const given = takeTokenFromAddress() ?? sessionStorage.getItem(STORAGE_KEY);
    if (given && !expired(given)) return this.signIn(given);
    if (await this.signInLocally(true)) return;
    this.signOut(given ? 'Your sign-in has expired. Paste a new access token to go on.' : null);
  }

  /** Signs in with the local stack's own token, where there is one; `quietly`, not after somebody has left. */
  async signInLocally(quietly = false): Promise<boolean> {
    if (quietly && sessionStorage.getItem(LEFT_KEY)) return false;
    const fresh = await developmentToken();
    if (fresh) this.signIn(fresh);
    return fresh !== null;
  }

  /** Whether the local stack would hand out a token. */
  static async offersLocalSignIn(): Promise<boolean> {
    return (await developmentToken()) !== null;
  }

  /** Ends it at somebody's wish. */
  leave(): void {
    sessionStorage.setItem(LEFT_KEY, 'yes');
    this.signOut();
  }

  signIn(token: string): void {
    sessionStorage.removeItem(LEFT_KEY);
    sessionStorage.setItem(STORAGE_KEY, token);
    this.set({ status: 'signed-in', token, role: roleOf(token) });
  }

  signOut(message: string | null = null): void {
    sessionStorage.removeItem(STORAGE_KEY);
    this.set({ status: 'signed-out', message });
  }

  /** A token to use instead of one that the API refused, or nothing and a signed-out session. */
  renew(refused: string | null, reason: string): Promise<string | null> {
    if (this.token && this.token !== refused) return Promise.resolve(this.token);
    this.renewal ??= this.replace(refused, reason).finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  private async replace(refused: string | null, reason: string): Promise<string | null> {
    const left = sessionStorage.getItem(LEFT_KEY) !== null;
    const fresh = left ? null : await developmentToken();
    if (!fresh || fresh === refused) {
      const asks = 'Paste a new access token to go on.';
      this.signOut(`${refused ? 'Your sign-in is no longer accepted.' : reason} ${asks}`);
      return null;
    }
    this.signIn(fresh);
    return fresh;
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Moves a token out of the address, so that it is neither shared nor kept in the history. */
function takeTokenFromAddress(): string | null {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (token === null) return null;
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, '', pathname + search);
  return token || null;
}

/** Only the local stack hands out tokens; in AWS the path answers with a page or an error. */
async function developmentToken(): Promise<string | null> {
  try {
    const response = await fetch(DEV_TOKEN_PATH, { headers: { accept: 'application/json' } });
    const json = response.headers.get('content-type')?.includes('json');
    if (!response.ok || !json) return null;
    const { token } = (await response.json()) as { token?: unknown };
    return typeof token === 'string' ? token : null;
  } catch {
    return null;
  }
}

/** Claims of a JSON Web Token, unverified: for display and for not sending what must fail. */
export function claimsOf(token: string): Record<string, unknown> {
  const payload = token.split('.')[1];
  if (!payload) return {};
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}

/** Whether the token's `exp` has passed. A token without one is left for the API to judge. */
export function expired(token: string, now = Date.now()): boolean {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' && exp * 1000 <= now;
}

const ADMIN_ROLES: ReadonlySet<string> = new Set(['SUPER_ADMIN', 'INFLUENCE_ADMIN', 'MAP_ADMIN']);

/** Whether a role is one of administrators. */
export function adminRole(role: string | null): boolean {
  return role !== null && ADMIN_ROLES.has(role);
}

/** The role that counts, from the claims that the API reads. */
function roleOf(token: string): string | null {
  const claims = claimsOf(token);
  const named = [claims.role, claims.roles, claims['cognito:groups']]
    .flat()
    .filter((role) => typeof role === 'string');
  return named.find(adminRole) ?? named[0] ?? null;
}
