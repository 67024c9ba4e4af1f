import type { Session } from '../auth/session';
import type { ErrorBody } from './types';

/** A request that did not succeed, with a sentence for the person in front of the screen. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    /** The HTTP status; 0 when no answer came at all. */
    readonly status: number,
    /** The API's stable name of the problem, `network` without an answer. */
    readonly code: string,
    /** What is wrong with each field of the request. */
    readonly fields: Readonly<Record<string, string>> = {},
    readonly requestId?: string,
    /** Seconds after which the server wants to be asked again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later: no answer, too many requests, or a fault of the server. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Anyone may ask: a sign-in that is no longer accepted is left out rather than in the way. */
  anyone?: boolean;
  /** The page may be gone before the answer is there. */
  keepalive?: boolean;
}

/** An answer with what its body does not say. */
export interface Answer<T> {
  body: T;
  status: number;
  headers: Headers;
}

/** Speaks JSON with the Framehouse API on behalf of the signed-in person. */
export class ApiClient {
  constructor(
    /** Origin of the API without a trailing slash; empty for the page's own origin. */
    private readonly base: string,
    private readonly session: Session,
  ) {}

  /** The absolute form of an address that the API gave, for use outside this page. */
  absolute(path: string): string {
    return new URL(path, this.base || window.location.origin).href;
  }

  /** Sends one request; a token that the API refuses is renewed once where the stack hands out tokens. */
  async request<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return (await this.exchange<T>(path, options)).body;
  }

  /** The same, with the answer's status and headers. */
  async exchange<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
    return read<T>(await this.sendRenewing(path, options));
  }

  /** An answer that is not JSON, to keep as a file. */
  async file(path: string): Promise<Blob> {
    const response = await this.sendRenewing(path, { headers: { accept: '*/*' } });
    if (!response.ok) throw await problemOf(response);
    return response.blob();
  }

  private async sendRenewing(path: string, options: RequestOptions): Promise<Response> {
    const token = this.session.token;
    const response = await this.send(path, options, token);
    if (response.status !== 401) return response;
    const problem = await problemOf(response);
    const renewed = await this.session.renew(token, problem.message);
    if (renewed || options.anyone) return this.send(path, options, renewed);
    throw problem;
  }

  private async send(path: string, options: RequestOptions, token: string | null) {
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (token) headers.authorization = `Bearer ${token}`;
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    try {
      return await fetch(this.base + path, {
        method: options.method ?? 'GET',
        headers,
        body: options.body === undefined ? undefined : JSON.stringify(options.body),
        signal: options.signal,
        keepalive: options.keepalive,
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError(
        'The server cannot be reached. Check your connection and try again.',
        0,
        'network',
      );
    }
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  if (!response.ok) throw await problemOf(response);
  const { status, headers } = response;
  if (status === 204) return { body: undefined as T, status, headers };
  try {
    return { body: (await response.json()) as T, status, headers };
  } catch {
    throw new ApiError('The server gave an answer that this page cannot read.', 0, 'not_json');
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null;
  const message = body?.error ?? `The server could not answer this (status ${response.status}).`;
  return new ApiError(
    message,
    response.status,
    body?.code ?? 'unknown',
    body?.fields ?? {},
    body?.requestId,
    Number(response.headers.get('retry-after')) || undefined,
  );
}

/** The sentence to show for anything thrown: the API's own words, then those of its fields. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) {
    const details = Object.values(error.fields).filter((text) => !error.message.includes(text));
    return [error.message, ...details].join(' ');
  }
  return error instanceof Error ? error.message : 'Something unexpected happened. Try again.';
}
