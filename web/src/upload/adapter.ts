import Uppy from '@uppy/core';
import AwsS3, { type AwsS3Options, type AwsS3UploadParameters } from '@uppy/aws-s3';
import { ApiError, type ApiClient } from '../api/client';
import { completeUpload, createUpload, partUrls, uploadedParts } from '../api/media';
import type { NewUpload, UploadPlan } from '../api/types';
import { wait } from '../media/follow';
import { PartUrlSource } from './part-urls';
import { sendBytes, StorageError } from './send-bytes';

export type UploadMeta = { key: string; relativePath: string };
export type UploadBody = Record<string, never>;
export type UploadUppy = Uppy<UploadMeta, UploadBody>;

/** An upload that the API has accepted and waits for: what was asked, and what it told us to do. */
export interface Accepted {
  key: string;
  idempotencyKey: string;
  draft: NewUpload;
  mediaFileId: string;
  plan: UploadPlan;
  partUrls: PartUrlSource | null;
}

type Options = AwsS3Options<UploadMeta, UploadBody>;
type UppyFile = Parameters<
  NonNullable<Extract<Options, { getUploadParameters: unknown }>['getUploadParameters']>
>[0];

/** Requests to storage and API at once, over all files: what a browser opens to one HTTP/1.1 origin. */
const CONCURRENCY = 6;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10_000, 20_000];
/** A presigned address with less time left than this many milliseconds is renewed before use. */
const MARGIN = 30_000;

/** Maps Uppy's AWS S3 plugin onto the upload routes of the API. */
export class UploadAdapter {
  private readonly accepted = new Map<string, Accepted>();
  // The plugin asks for the part size with the bytes alone in hand.
  private readonly partSizes = new WeakMap<object, number>();
  private readonly wholeFileUrls = new Set<string>();

  constructor(private readonly api: ApiClient) {}

  /** A new Uppy instance that uploads through this adapter. */
  uppy(): UploadUppy {
    const uppy: UploadUppy = new Uppy({ id: 'framehouse', autoProceed: false });
    return uppy.use(AwsS3<UploadMeta, UploadBody>, this.options());
  }

  /**
   * Asks the API to accept the upload of the list's item `key` and remembers the answer. Asking again with the same
   * idempotency key brings the same upload, with fresh addresses. `accepted` is null when the file has arrived already.
   */
  async accept(
    key: string,
    idempotencyKey: string,
    draft: NewUpload,
    data: Blob,
  ): Promise<{ mediaFileId: string; accepted: Accepted | null }> {
    const { mediaFileId, upload: plan } = await createUpload(this.api, draft, idempotencyKey);
    if (!plan) return { mediaFileId, accepted: null };
    const parts =
      plan.method === 'MULTIPART'
        ? new PartUrlSource(plan.partCount, (n) => partUrls(this.api, mediaFileId, n))
        : null;
    if (plan.method === 'MULTIPART') this.partSizes.set(data, plan.partSize);
    const accepted = { key, idempotencyKey, draft, mediaFileId, plan, partUrls: parts };
    this.accepted.set(key, accepted);
    return { mediaFileId, accepted };
  }

  forget(key: string): void {
    this.accepted.delete(key);
  }

  /** Makes the plugin list the parts that have arrived instead of sending all of them. */
  static resumeParts(uppy: UploadUppy, fileId: string, accepted: Accepted): void {
    const { plan, mediaFileId } = accepted;
    if (plan.method !== 'MULTIPART') return;
    // The plugin reads this, and its types leave it out.
    const state = { s3Multipart: { uploadId: plan.uploadId, key: mediaFileId } };
    uppy.setFileState(fileId, state as Partial<ReturnType<UploadUppy['getFile']>>);
  }

  private options(): Options {
    return {
      limit: CONCURRENCY,
      retryDelays: RETRY_DELAYS,
      shouldUseMultipart: (file) => this.of(file).plan.method === 'MULTIPART',
      getChunkSize: (data) => this.partSizes.get(data) ?? 0,
      getUploadParameters: (file) => this.wholeFile(file),
      createMultipartUpload: (file) => {
        const { plan, mediaFileId } = this.of(file);
        if (plan.method !== 'MULTIPART') throw new Error('This upload has no parts.');
        return { uploadId: plan.uploadId, key: mediaFileId };
      },
      listParts: async (_file, { key, signal }) => {
        const parts = await uploadedParts(this.api, key, signal);
        return parts.map(({ partNumber, size, eTag }) => ({
          PartNumber: partNumber,
          Size: size,
          ETag: eTag,
        }));
      },
      signPart: async (file, { partNumber }) => {
        const source = this.of(file).partUrls;
        if (!source) throw new Error('This upload has no parts.');
        return { method: 'PUT', url: await source.take(partNumber), headers: {} };
      },
      completeMultipartUpload: async (_file, { key, parts, signal }) => {
        const done = parts.flatMap(({ PartNumber, ETag }) =>
          PartNumber && ETag ? [{ partNumber: PartNumber, eTag: ETag }] : [],
        );
        await retrying(() => completeUpload(this.api, key, done, signal), signal);
        return {};
      },
      // The plugin also calls this after an error, when what has arrived must stay: only the person gives an upload
      // up, and the queue then tells the API itself.
      abortMultipartUpload: () => {},
      uploadPartBytes: async ({ signature, body, size, onProgress, onComplete, signal }) => {
        const { url, method = 'PUT', headers = {} } = signature;
        const send = () => sendBytes({ method, url, headers, body, onProgress, signal });
        const eTag = this.wholeFileUrls.has(url) ? await retrying(send, signal) : await send();
        if (eTag === null && !this.wholeFileUrls.has(url)) {
          throw new StorageError('Storage hides the ETag header from this page.', { status: 400 });
        }
        onProgress({ loaded: size ?? 0, total: size ?? 0, lengthComputable: true });
        onComplete(eTag ?? '');
        return { ETag: eTag ?? '' };
      },
    };
  }

  private of(file: UppyFile): Accepted {
    const accepted = this.accepted.get(file.meta.key);
    if (!accepted) throw new Error('This upload was given up.');
    return accepted;
  }

  /** How to send a file in one request, with a fresh address when the old one is about to expire. */
  private async wholeFile(file: UppyFile): Promise<AwsS3UploadParameters> {
    let { plan } = this.of(file);
    if (expiring(plan)) {
      const { key, idempotencyKey, draft } = this.of(file);
      await this.accept(key, idempotencyKey, draft, file.data as Blob);
      plan = this.of(file).plan;
    }
    if (plan.method === 'MULTIPART') throw new Error('This upload goes in parts.');
    this.wholeFileUrls.add(plan.url);
    if (plan.method === 'POST') return { method: 'POST', url: plan.url, fields: plan.fields };
    return { method: 'PUT', url: plan.url, headers: plan.headers };
  }
}

function expiring(plan: UploadPlan): boolean {
  return plan.method !== 'MULTIPART' && Date.parse(plan.expiresAt) - Date.now() < MARGIN;
}

/** Tries again what a lost connection or a fault of the server stopped. */
async function retrying<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const delay of RETRY_DELAYS.slice(1, 4)) {
    try {
      return await attempt();
    } catch (error) {
      if (!passing(error)) throw error;
      await wait(delay, signal ?? new AbortController().signal);
    }
  }
  return attempt();
}

function passing(error: unknown): boolean {
  if (error instanceof ApiError) return error.transient;
  if (!(error instanceof StorageError)) return false;
  const { status } = error.source;
  return status === 0 || status === 429 || status >= 500;
}
