import { uuid4 } from './ids';

const SESSION_KEY = 'framehouse.session';
const NAME_KEY = 'framehouse.name';

/** Where something small is kept; a browser may refuse. */
type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

/** Who watches without an account: an id that this browser made up, and the name given with the last comment. */
export class Visitor {
  readonly sessionId: string;

  constructor(private readonly shelf: Shelf | null) {
    const kept = this.read(SESSION_KEY);
    this.sessionId = kept || uuid4();
    if (!kept) this.write(SESSION_KEY, this.sessionId);
  }

  get name(): string {
    return this.read(NAME_KEY) ?? '';
  }

  rememberName(name: string): void {
    this.write(NAME_KEY, name);
  }

  private read(key: string): string | null {
    try {
      return this.shelf?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  private write(key: string, value: string): void {
    try {
      this.shelf?.setItem(key, value);
    } catch {
      // Then it lasts as long as the page.
    }
  }
}

/** The browser's storage, where there is one: with cookies blocked, asking for it throws. */
export function localShelf(): Shelf | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
