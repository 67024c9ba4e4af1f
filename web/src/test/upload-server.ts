import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewUpload } from '../api/types';

/** Bytes in each part but the last: the least that S3 and Uppy's plugin take. */
export const PART_SIZE = 5 * 1024 * 1024;

interface StoredUpload {
  id: string;
  draft: NewUpload;
  parts: Map<number, Buffer>;
  body: Buffer | null;
  /** Storage has dropped the multipart upload. */
  expired?: boolean;
}

/** An API and a storage on one port, speaking HTTP as ARCHITECTURE.md describes it. */
export class UploadServer {
  readonly uploads: StoredUpload[] = [];
  /** `METHOD /path` of every request to the API. */
  readonly asked: string[] = [];
  /** What each request to storage gets instead of being served, the next one first. `drop` closes the connection. */
  readonly storageFaults: (number | 'drop' | 'late-drop' | null)[] = [];
  private readonly keys = new Map<string, StoredUpload>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this.origin;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', '*, authorization');
    response.setHeader('access-control-allow-methods', '*');
    response.setHeader('access-control-expose-headers', 'ETag');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (url.pathname.startsWith('/storage/')) return this.store(url, request, body, response);
    this.asked.push(`${request.method} ${url.pathname}`);
    if (request.headers.authorization !== 'Bearer good') {
      return answer(response, 401, {
        error: 'The access token has expired.',
        code: 'unauthorized',
      });
    }
    const text = body.toString();
    return this.api(request, url.pathname, text ? JSON.parse(text) : null, response);
  }

  private api(
    request: IncomingMessage,
    path: string,
    body: unknown,
    response: ServerResponse,
  ): void {
    const [, , , area, id, action] = path.split('/');
    if (area === 'uploads' && id === undefined) return this.create(request, body, response);
    const wanted = id ?? path.split('/')[2];
    const upload = this.uploads.find((known) => known.id === wanted);
    if (!upload)
      return answer(response, 404, { error: 'There is no such upload.', code: 'not_found' });
    if (path.startsWith('/media-files/')) {
      const status = upload.body ? 'READY' : 'AWAITING_UPLOAD';
      return answer(response, 200, { id: upload.id, status, progress: 0, originalFilename: '' });
    }
    if (request.method === 'DELETE') {
      this.uploads.splice(this.uploads.indexOf(upload), 1);
      return void response.writeHead(204).end();
    }
    if (action === 'complete') {
      upload.body ??= Buffer.concat(
        [...upload.parts].toSorted(([a], [b]) => a - b).map(([, b]) => b),
      );
      return answer(response, 200, { mediaFileId: upload.id, status: 'AWAITING_UPLOAD' });
    }
    if (upload.expired) {
      return answer(response, 409, {
        error: 'S3 no longer has this upload.',
        code: 'upload_expired',
      });
    }
    if (request.method === 'GET') {
      const parts = [...upload.parts].map(([partNumber, part]) => ({
        partNumber,
        size: part.length,
        eTag: `"etag-${partNumber}"`,
      }));
      return answer(response, 200, { parts, next: null });
    }
    const { partNumbers } = body as { partNumbers: number[] };
    const parts = partNumbers.map((partNumber) => ({
      partNumber,
      url: `${this.origin}/storage/${upload.id}/${partNumber}`,
    }));
    return answer(response, 200, { parts, expiresAt: inAnHour() });
  }

  private create(request: IncomingMessage, body: unknown, response: ServerResponse): void {
    const key = String(request.headers['idempotency-key']);
    const draft = body as NewUpload;
    if (draft.title === 'too long') {
      const fields = { title: 'The title is longer than 500 characters.' };
      const error = 'Some fields are not right.';
      return answer(response, 400, { error, code: 'invalid', fields });
    }
    const known = this.keys.get(key);
    const upload = known ?? {
      id: crypto.randomUUID(),
      draft,
      parts: new Map<number, Buffer>(),
      body: null,
    };
    if (!known) this.uploads.push(upload);
    this.keys.set(key, upload);
    const instructions =
      draft.method === 'MULTIPART'
        ? {
            method: 'MULTIPART',
            uploadId: `multipart-${upload.id}`,
            partSize: PART_SIZE,
            partCount: Math.ceil(draft.size / PART_SIZE),
          }
        : {
            method: 'PUT',
            url: `${this.origin}/storage/${upload.id}`,
            headers: { 'content-type': draft.contentType, 'if-none-match': '*' },
            expiresAt: inAnHour(),
          };
    answer(response, known ? 200 : 201, {
      mediaFileId: upload.id,
      status: 'AWAITING_UPLOAD',
      statusUrl: `/media-files/${upload.id}`,
      upload: instructions,
    });
  }

  private store(url: URL, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const fault = this.storageFaults.shift() ?? null;
    if (fault === 'drop') return void response.destroy();
    if (typeof fault === 'number') {
      return void response.writeHead(fault).end('<Error><Code>SlowDown</Code></Error>');
    }
    const [, , id, part] = url.pathname.split('/');
    const upload = this.uploads.find((known) => known.id === id);
    if (!upload) return void response.writeHead(404).end();
    if (part) upload.parts.set(Number(part), body);
    else if (upload.body && request.headers['if-none-match'] === '*') {
      return void response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
    } else upload.body = body;
    if (fault === 'late-drop') return void response.destroy();
    response.setHeader('etag', `"etag-${part ?? 'whole'}"`);
    return void response.writeHead(200).end();
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function inAnHour(): string {
  return new Date(Date.now() + 3600_000).toISOString();
}
