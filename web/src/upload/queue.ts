import { ApiError, sentenceOf, type ApiClient } from '../api/client';
import { abortUpload, completeUpload, mediaFile, retryMediaFile } from '../api/media';
import type { NewUpload, UploadMethod } from '../api/types';
import { follow } from '../media/follow';
import { settled } from '../media/format';
import { UploadAdapter, type Accepted, type UploadUppy } from './adapter';
import { NO_DETAILS, underWay, type Details, type UploadItem } from './item';
import { holdUpload, uploadsHeld, type UploadMemory, type UploadRecord } from './memory';
import { draftOf, newItem, restoredItem } from './make-item';
import { fingerprintOf, refusalOf } from './rules';
import { SpeedMeter } from './speed';

export interface QueueSnapshot {
  /** The newest first. */
  readonly items: readonly UploadItem[];
  /** The latest news, for a screen reader. */
  readonly announcement: string;
}

/** What belongs to an item but is nothing to show. */
interface Private {
  data: File | null;
  draft: NewUpload | null;
  /** Names the upload to the API; changes when what it named cannot be gone on with. */
  idempotencyKey: string;
  /** When the upload began, in milliseconds since 1970. */
  startedAt: number;
  uppyId: string | null;
  /** Whether Uppy has begun to send it; only then it can be told to pause. */
  sending: boolean;
  /** Lets an upload go on that was paused before anything was sent. */
  goOn: () => void;
  following: AbortController | null;
  speed: SpeedMeter;
  release: () => void;
}

/** All uploads of this page: Uppy moves the bytes, the API says what becomes of them. */
export class UploadQueue {
  private readonly adapter: UploadAdapter;
  private readonly uppy: UploadUppy;
  private readonly listeners = new Set<() => void>();
  private readonly inner = new Map<string, Private>();
  private method: UploadMethod | undefined;
  private state: QueueSnapshot = { items: [], announcement: '' };

  constructor(
    private readonly api: ApiClient,
    private readonly memory: UploadMemory,
  ) {
    this.adapter = new UploadAdapter(api);
    this.uppy = this.adapter.uppy();
    this.uppy.on('upload-progress', (file, progress) => {
      if (file) this.onProgress(file.meta.key, progress.bytesUploaded || 0);
    });
    this.uppy.on('upload-start', (files) => {
      for (const file of files) this.onSending(file.meta.key);
    });
    this.uppy.on('upload-success', (file) => file && this.onArrived(file.meta.key));
    this.uppy.on('upload-error', (file, error) => file && this.onStopped(file.meta.key, error));
  }

  readonly snapshot = (): QueueSnapshot => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Puts chosen files on the list; one whose upload was interrupted goes on at once. */
  add(files: Iterable<File>): void {
    const staged: string[] = [];
    // Each goes to the top of the list: backwards, so that the files stay in the order in which they were chosen.
    for (const file of [...files].toReversed()) {
      const known = this.itemOf(file);
      if (known?.phase === 'interrupted' || known?.phase === 'stopped') {
        this.privateOf(known.key).data = file;
        void this.begin(known.key);
      } else if (known) {
        this.announce(`${file.name} is already on the list.`);
      } else {
        const message = refusalOf(file);
        this.insert(newItem(file, message), { data: file });
        staged.push(message ? `${file.name}: ${message}` : file.name);
      }
    }
    if (staged.length === 1) this.announce(`Added ${staged[0]}`);
    else if (staged.length > 1) this.announce(`Added ${staged.length} files.`);
  }

  /** Asks for this way of sending instead of the one that the API would choose by size. */
  setMethod(method: UploadMethod | undefined): void {
    this.method = method;
  }

  setDetails(key: string, details: Partial<Details>): void {
    this.change(key, (item) => ({ details: { ...item.details, ...details } }));
  }

  /** Starts every staged file. */
  startAll(): void {
    const staged = this.state.items.filter((item) => item.phase === 'staged');
    this.announce(`Uploading ${staged.length === 1 ? '1 file' : `${staged.length} files`}.`);
    for (const { key } of staged) void this.begin(key);
  }

  togglePause(key: string): void {
    const { uppyId, speed, sending, goOn } = this.privateOf(key);
    const wasPaused = this.find(key)?.phase === 'paused';
    speed.reset();
    if (uppyId && sending) this.uppy.pauseResume(uppyId);
    this.change(key, () => ({ phase: wasPaused ? 'uploading' : 'paused', speed: 0 }));
    if (wasPaused) goOn();
  }

  /** Tries a stopped upload again from where it was. */
  resume(key: string): void {
    void this.begin(key);
  }

  /** Takes an item off the list; an upload that has not arrived is given up. */
  remove(key: string): void {
    const item = this.find(key);
    if (!item) return;
    const { uppyId, following, release, goOn } = this.privateOf(key);
    following?.abort();
    release();
    if (uppyId) this.uppy.removeFile(uppyId);
    this.adapter.forget(key);
    this.memory.forget(key);
    this.inner.delete(key);
    this.set(this.state.items.filter((other) => other.key !== key));
    goOn();
    if (item.mediaFileId && item.phase !== 'arrived') {
      // When this fails the bucket's lifecycle rule removes the parts later.
      abortUpload(this.api, item.mediaFileId).catch(() => {});
    }
  }

  /** Transcodes a failed file again. */
  async retranscode(key: string): Promise<void> {
    const id = this.find(key)?.mediaFileId;
    if (!id) return;
    try {
      const { status } = await retryMediaFile(this.api, id);
      this.change(key, ({ file }) => ({
        message: null,
        file: file && { ...file, status, progress: 0, errorMessage: null },
      }));
      await this.followItem(key, id);
    } catch (error) {
      this.change(key, () => ({ message: sentenceOf(error) }));
    }
  }

  /** Follows an arrived file again after a problem ended that. */
  followAgain(key: string): void {
    const id = this.find(key)?.mediaFileId;
    this.change(key, () => ({ message: null }));
    if (id) void this.followItem(key, id);
  }

  /** Brings back what an earlier visit left under way. */
  async restore(): Promise<void> {
    const held = await uploadsHeld();
    await Promise.all(
      this.memory.all().map(async (record) => {
        if (!held.has(record.key) && !this.find(record.key)) await this.restoreOne(record);
      }),
    );
  }

  /** Whether closing the page now would stop an upload. */
  busy(): boolean {
    return this.state.items.some(underWay);
  }

  private async restoreOne(record: UploadRecord): Promise<void> {
    try {
      const file = await mediaFile(this.api, record.mediaFileId);
      const arrived = record.arrived || file.status !== 'AWAITING_UPLOAD';
      if (this.find(record.key)) return;
      const { draft, idempotencyKey, startedAt } = record;
      this.insert(restoredItem(record, arrived), { draft, idempotencyKey, startedAt });
      if (!arrived) return;
      this.change(record.key, () => ({ file }));
      if (!settled(file.status)) await this.followItem(record.key, record.mediaFileId);
    } catch (error) {
      // What the API no longer knows was given up or deleted elsewhere.
      if (error instanceof ApiError && error.status === 404) this.memory.forget(record.key);
    }
  }

  /** Asks the API to accept the file, then lets Uppy send what has not arrived yet. */
  private async begin(key: string): Promise<void> {
    const item = this.find(key);
    const inner = this.privateOf(key);
    if (!item || !inner.data) return;
    const resuming = item.mediaFileId !== null;
    inner.idempotencyKey ||= key;
    inner.draft ??= draftOf(item, inner.data, this.method);
    this.change(key, () => ({ phase: 'uploading', message: null, speed: 0 }));
    try {
      const { idempotencyKey, draft, data } = inner;
      const { mediaFileId, accepted } = await this.adapter.accept(key, idempotencyKey, draft, data);
      // Taken off the list while the API was asked.
      if (!this.find(key)) return await abortUpload(this.api, mediaFileId);
      this.change(key, () => ({ mediaFileId, method: accepted?.plan.method ?? null }));
      this.keep(key, mediaFileId, false);
      if (!accepted) return this.onArrived(key);
      inner.release = holdUpload(key);
      await this.untilResumed(key, inner);
      if (this.find(key)) await this.send(accepted, inner, resuming);
    } catch (error) {
      if (resuming && isGone(error)) {
        this.startOver(key);
        return this.begin(key);
      }
      this.onStopped(key, error);
    }
    return undefined;
  }

  /** Pause may be pressed while the API is still asked for the upload. */
  private async untilResumed(key: string, inner: Private): Promise<void> {
    while (this.find(key)?.phase === 'paused') {
      await new Promise<void>((resolve) => (inner.goOn = resolve));
    }
  }

  /** Makes the next try a new upload: the old one is gone on the server. */
  private startOver(key: string): void {
    this.privateOf(key).idempotencyKey = crypto.randomUUID();
    this.memory.forget(key);
    this.change(key, () => ({ mediaFileId: null, sent: 0 }));
  }

  private async send(accepted: Accepted, inner: Private, resuming: boolean): Promise<void> {
    const { key, draft } = accepted;
    const data = inner.data as File;
    inner.speed.reset();
    inner.uppyId = this.uppy.addFile({
      name: draft.filename,
      type: draft.contentType,
      data,
      // Uppy tells files apart by this path too: the same file may go up a second time.
      meta: { key, relativePath: crypto.randomUUID() },
    });
    const { uppyId } = inner;
    if (resuming) UploadAdapter.resumeParts(this.uppy, uppyId, accepted);
    try {
      await this.uppy.upload();
    } finally {
      if (this.uppy.getFile(uppyId)) this.uppy.removeFile(uppyId);
      if (inner.uppyId === uppyId) inner.uppyId = null;
      inner.sending = false;
    }
  }

  /** Uppy's plugin listens from its next turn on; a pause that came before is passed on then. */
  private onSending(key: string): void {
    const inner = this.privateOf(key);
    inner.sending = true;
    queueMicrotask(() => {
      if (inner.uppyId && this.find(key)?.phase === 'paused') this.uppy.pauseResume(inner.uppyId);
    });
  }

  private onProgress(key: string, sent: number): void {
    const speed = this.inner.get(key)?.speed.record(sent) ?? 0;
    this.change(key, ({ phase, size }) => {
      if (phase === 'paused') return { sent: Math.min(sent, size) };
      return {
        sent: Math.min(sent, size),
        speed,
        phase: sent >= size ? 'finishing' : 'uploading',
      };
    });
  }

  private onArrived(key: string): void {
    const item = this.find(key);
    if (!item?.mediaFileId) return;
    this.privateOf(key).release();
    this.keep(key, item.mediaFileId, true);
    this.change(key, ({ size }) => ({ phase: 'arrived', sent: size, message: null }));
    this.announce(`${item.name} is uploaded. The server prepares it now.`);
    void this.followItem(key, item.mediaFileId);
  }

  private onStopped(key: string, error: unknown): void {
    const item = this.find(key);
    if (!item) return;
    const inner = this.privateOf(key);
    inner.release();
    if (isGone(error) && item.mediaFileId) return void this.checkArrival(key, item.mediaFileId);
    const message = sentenceOf(error);
    let phase: UploadItem['phase'] = 'stopped';
    if (isRefusal(error) && item.mediaFileId === null) {
      // Details can be put right and sent again; anything else is wrong with the file itself.
      phase = Object.keys(error.fields).some((field) => field in NO_DETAILS) ? 'staged' : 'refused';
      inner.draft = null;
    }
    this.change(key, () => ({ phase, message, speed: 0 }));
    this.announce(`The upload of ${item.name} stopped. ${message}`);
  }

  /** Storage knows no such multipart upload: either it was completed, its answer lost on the way, or it is gone. */
  private async checkArrival(key: string, id: string): Promise<void> {
    try {
      await completeUpload(this.api, id);
      this.onArrived(key);
    } catch (error) {
      if (isGone(error)) this.startOver(key);
      const message = isGone(error) ? 'What had been sent has expired.' : sentenceOf(error);
      this.change(key, () => ({ phase: 'stopped', message, speed: 0 }));
    }
  }

  private async followItem(key: string, id: string): Promise<void> {
    const stop = new AbortController();
    const inner = this.privateOf(key);
    inner.following?.abort();
    inner.following = stop;
    const events = {
      onChange: (file: UploadItem['file']) => this.change(key, () => ({ file })),
      onTrouble: (trouble: string | null) => this.change(key, () => ({ trouble })),
    };
    try {
      const file = await follow(this.api, id, events, stop.signal);
      const outcome = file.status === 'READY' ? 'ready to watch' : `failed: ${file.errorMessage}`;
      this.announce(`${file.originalFilename} is ${outcome}.`);
    } catch (error) {
      if (!stop.signal.aborted) this.change(key, () => ({ message: sentenceOf(error) }));
    }
  }

  private keep(key: string, mediaFileId: string, arrived: boolean): void {
    const { draft, data, idempotencyKey, startedAt } = this.privateOf(key);
    if (!draft) return;
    const known = this.memory.all().find((record) => record.key === key);
    const fingerprint = data ? fingerprintOf(data) : (known?.fingerprint ?? key);
    const record = { key, idempotencyKey, fingerprint, draft, mediaFileId, arrived, startedAt };
    this.memory.save(record);
  }

  /** The item of a file that is on the list and not finished with. */
  private itemOf(file: File): UploadItem | undefined {
    const fingerprint = fingerprintOf(file);
    const interrupted = this.memory.all().find((record) => record.fingerprint === fingerprint);
    return this.state.items.find((item) => {
      if (item.phase === 'arrived' || item.phase === 'refused') return false;
      const { data } = this.privateOf(item.key);
      return data ? fingerprintOf(data) === fingerprint : item.key === interrupted?.key;
    });
  }

  private find(key: string): UploadItem | undefined {
    return this.state.items.find((item) => item.key === key);
  }

  private privateOf(key: string): Private {
    const inner = this.inner.get(key);
    return inner ?? newPrivate();
  }

  private insert(item: UploadItem, inner: Partial<Private>): void {
    this.inner.set(item.key, { ...newPrivate(), ...inner });
    this.set([item, ...this.state.items]);
  }

  private change(key: string, update: (item: UploadItem) => Partial<UploadItem>): void {
    this.set(
      this.state.items.map((item) => (item.key === key ? { ...item, ...update(item) } : item)),
    );
  }

  private announce(announcement: string): void {
    this.state = { ...this.state, announcement };
    this.notify();
  }

  private set(items: readonly UploadItem[]): void {
    this.state = { ...this.state, items };
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Whether the API says that the upload asked about is no more. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && [404, 409, 410].includes(error.status);
}

/** Whether the same request can only get the same answer again. */
function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && !error.transient && error.status !== 401;
}

function newPrivate(): Private {
  return {
    data: null,
    draft: null,
    idempotencyKey: '',
    startedAt: Date.now(),
    uppyId: null,
    sending: false,
    goOn: () => {},
    following: null,
    speed: new SpeedMeter(),
    release: () => {},
  };
}
