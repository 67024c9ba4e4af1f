/** One presigned request with its body. */
export interface BytesRequest {
  method: 'PUT' | 'POST';
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Blob | FormData;
  onProgress?: (event: ProgressEvent) => void;
  signal?: AbortSignal;
}

/** A presigned request that storage did not accept. `source.status` is what Uppy's retries look at. */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(
    message: string,
    readonly source: { status: number },
  ) {
    super(message);
  }
}

/**
 * Sends bytes to storage with XMLHttpRequest, which, unlike fetch, reports upload progress. Resolves to the ETag,
 * null when storage already has the object (412 for `If-None-Match: *`: an earlier try arrived, its answer did not).
 */
export function sendBytes(request: BytesRequest): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    const stopped = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    if (signal?.aborted) return stopped();
    const xhr = new XMLHttpRequest();
    const cancel = () => xhr.abort();
    signal?.addEventListener('abort', cancel);
    xhr.addEventListener('loadend', () => signal?.removeEventListener('abort', cancel));
    xhr.addEventListener('abort', stopped);
    xhr.addEventListener('error', () => {
      reject(new StorageError('The connection was lost during the upload.', { status: 0 }));
    });
    xhr.addEventListener('load', () => {
      if (xhr.status === 412 && request.headers['if-none-match'] === '*') resolve(null);
      else if (xhr.status < 200 || xhr.status >= 300) reject(refused(xhr));
      else resolve(xhr.getResponseHeader('etag'));
    });
    if (request.onProgress) xhr.upload.addEventListener('progress', request.onProgress);
    xhr.open(request.method, request.url);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.send(request.body);
  });
}

function refused(xhr: XMLHttpRequest): StorageError {
  const code = /<Code>([^<]*)<\/Code>/.exec(xhr.responseText)?.[1];
  const source = { status: xhr.status };
  // Uppy signs a part again, without counting the try, when it reads exactly this sentence.
  if (xhr.status === 403 && xhr.responseText.includes('Request has expired')) {
    return new StorageError('Request has expired', source);
  }
  const why = code ? `${code}, status ${xhr.status}` : `status ${xhr.status}`;
  return new StorageError(`Storage refused the upload (${why}). Try again.`, source);
}
