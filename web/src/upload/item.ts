import type { MediaFile, UploadMethod } from '../api/types';

/**
 * Where one file is on its way:
 * - `staged`: chosen, waiting for the person to start it
 * - `refused`: never tried, `message` says why
 * - `uploading`, `paused`: on its way; `finishing`: all bytes sent, being confirmed
 * - `stopped`: failed on the way, `message` says why, can be tried again
 * - `interrupted`: the page was closed on the way; the same file chosen again goes on where it was
 * - `arrived`: the server has it; `file` says what it makes of it
 */
export type Phase =
  | 'staged'
  | 'refused'
  | 'uploading'
  | 'paused'
  | 'finishing'
  | 'stopped'
  | 'interrupted'
  | 'arrived';

/** What a person may say about a file before it goes up. */
export interface Details {
  title: string;
  producer: string;
  creator: string;
  /** Separated by commas. */
  tags: string;
}

export const NO_DETAILS: Details = { title: '', producer: '', creator: '', tags: '' };

/** One file on the upload page. Never changed in place. */
export interface UploadItem {
  /** Also the upload's idempotency key. */
  readonly key: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly phase: Phase;
  readonly details: Details;
  /** Known as soon as the API has accepted the upload. */
  readonly mediaFileId: string | null;
  readonly method: UploadMethod | null;
  /** Bytes sent so far. */
  readonly sent: number;
  /** Bytes per second over the last few seconds; 0 when unknown. */
  readonly speed: number;
  readonly file: MediaFile | null;
  readonly message: string | null;
  /** A passing problem that the page is dealing with. */
  readonly trouble: string | null;
}

/** Whether leaving the page now would stop something. */
export function underWay(item: UploadItem): boolean {
  return item.phase === 'uploading' || item.phase === 'paused' || item.phase === 'finishing';
}

/** Whether nothing more happens to the item by itself and it can simply be taken off the list. */
export function dismissible(item: UploadItem): boolean {
  if (item.phase === 'arrived') return item.message !== null || settledFile(item.file);
  return item.phase === 'refused';
}

function settledFile(file: MediaFile | null): boolean {
  return file?.status === 'READY' || file?.status === 'FAILED';
}
