import type { NewUpload } from '../api/types';

/** What is kept about an upload so that it survives the page. */
export interface UploadRecord {
  /** Of the item on the list. */
  key: string;
  /** Under which the API knows the upload. */
  idempotencyKey: string;
  fingerprint: string;
  draft: NewUpload;
  mediaFileId: string;
  /** All bytes are with the server. */
  arrived: boolean;
  /** Milliseconds since 1970. */
  startedAt: number;
}

const PREFIX = 'framehouse.upload.';
/** The API keeps an unfinished upload for about this long. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Uploads begun in this browser, an entry each, so that tabs don't overwrite one another's. */
export class UploadMemory {
  constructor(
    private readonly storage: Storage,
    private readonly now: () => number = Date.now,
  ) {}

  save(record: UploadRecord): void {
    try {
      this.storage.setItem(PREFIX + record.key, JSON.stringify(record));
    } catch {
      // A full or forbidden storage costs only the resuming.
    }
  }

  forget(key: string): void {
    this.storage.removeItem(PREFIX + key);
  }

  /** The oldest first. Outdated and unreadable entries are dropped. */
  all(): UploadRecord[] {
    const keys = Array.from({ length: this.storage.length }, (_, n) => this.storage.key(n));
    const records: UploadRecord[] = [];
    for (const key of keys) {
      if (!key?.startsWith(PREFIX)) continue;
      const record = parse(this.storage.getItem(key));
      if (record && this.now() - record.startedAt < KEPT_MS) records.push(record);
      else this.storage.removeItem(key);
    }
    return records.toSorted((a, b) => a.startedAt - b.startedAt);
  }
}

function parse(text: string | null): UploadRecord | null {
  try {
    const record = JSON.parse(text ?? '') as Partial<UploadRecord>;
    const complete =
      record.key &&
      record.idempotencyKey &&
      record.fingerprint &&
      record.draft &&
      record.mediaFileId;
    return complete && record.startedAt ? (record as UploadRecord) : null;
  } catch {
    return null;
  }
}

/** Keeps other tabs from taking an upload that is under way here for an interrupted one. Returns how to let go. */
export function holdUpload(key: string): () => void {
  let release!: () => void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  navigator.locks?.request(PREFIX + key, { ifAvailable: true }, () => held).catch(() => {});
  return release;
}

/** Keys of the uploads under way in any tab of this browser. */
export async function uploadsHeld(): Promise<Set<string>> {
  const locks = await navigator.locks?.query();
  const names = (locks?.held ?? []).map((lock) => lock.name ?? '');
  return new Set(
    names.filter((n) => n.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)),
  );
}
