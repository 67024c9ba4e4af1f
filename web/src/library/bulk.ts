import { bulkVideos, readVideo, removeVideo, validateVideo } from '../api/library';
import { sentenceOf, type ApiClient } from '../api/client';
import type {
  BulkAction,
  BulkDone,
  BulkResult,
  DirectoryType,
  Video,
  VideoSummary,
} from '../api/types';
import { wait } from '../media/follow';

/** The most videos of one request. */
const MOST = 1000;
/** Questions about single videos at once. */
const AT_ONCE = 4;
/** Pauses between two looks at what is validated, in milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 4000;

/** Runs an action on any number of videos. */
export async function runBulk(
  api: ApiClient,
  action: BulkAction,
  ids: readonly string[],
): Promise<BulkDone> {
  const results: BulkResult[] = [];
  for (let from = 0; from < ids.length; from += MOST) {
    const request = { ...action, ids: ids.slice(from, from + MOST) };
    results.push(...(await bulkVideos(api, request)).results);
  }
  return summed(results);
}

/** Puts videos into the gallery; those of the inbox move to a directory for that. */
export async function publishMany(
  api: ApiClient,
  videos: readonly VideoSummary[],
  category: string,
  directory: DirectoryType,
): Promise<BulkDone> {
  const inbox = videos.filter((video) => video.directoryType === 'inbox').map(({ id }) => id);
  const changes = { directoryType: directory };
  const moved = await runBulk(api, { action: 'edit', changes }, inbox);
  const stuck = moved.results.filter((result) => !result.ok);
  const rest = videos.map(({ id }) => id).filter((id) => stuck.every((result) => result.id !== id));
  const published = await runBulk(api, { action: 'publish', category }, rest);
  return summed([...stuck, ...published.results]);
}

/** Removes records for good, one request each. */
export async function removeMany(
  api: ApiClient,
  ids: readonly string[],
  objects: boolean,
  onProgress: (done: number) => void,
): Promise<BulkDone> {
  const results: BulkResult[] = [];
  await each(ids, async (id) => {
    const remove = removeVideo(api, id, objects);
    results.push(await remove.then(() => ({ id, ok: true }), failure(id)));
    onProgress(results.length);
  });
  return summed(results);
}

/** How a video came out of a validation. */
export interface Verdict {
  id: string;
  /** Null when the look at it could not be asked for. */
  video: Video | null;
  /** Why the video is no good, or why it was not looked at. */
  problem: string | null;
}

/**
 * Lets workers look at videos anew and reports each as it is done. One that takes its time goes on by itself when
 * `signal` ends this.
 */
export async function validateMany(
  api: ApiClient,
  ids: readonly string[],
  onVerdict: (verdict: Verdict) => void,
  signal: AbortSignal,
): Promise<void> {
  const before = new Map<string, string | null>();
  const onTrouble = (id: string) => (error: unknown) => {
    signal.throwIfAborted();
    onVerdict({ id, video: null, problem: sentenceOf(error) });
  };
  const read = async (id: string) => {
    const { video } = await readVideo(api, id, signal);
    before.set(id, video.lastValidated ?? null);
  };
  await each(ids, (id) => read(id).catch(onTrouble(id)));
  if (before.size === 0) return;
  await begin(api, [...before.keys()], (id, error) => {
    before.delete(id);
    onVerdict({ id, video: null, problem: error });
  });

  let pause = FIRST_PAUSE;
  const look = async (id: string) => {
    const { video } = await readVideo(api, id, signal);
    if ((video.lastValidated ?? null) === before.get(id)) return;
    before.delete(id);
    onVerdict({ id, video, problem: video.invalidReason ?? null });
  };
  while (before.size > 0) {
    await each([...before.keys()], (id) =>
      look(id).catch((error: unknown) => {
        before.delete(id);
        onTrouble(id)(error);
      }),
    );
    if (before.size > 0) await wait(pause, signal);
    pause = Math.min(pause * 1.4, LONGEST_PAUSE);
  }
}

async function begin(
  api: ApiClient,
  ids: string[],
  onFailure: (id: string, error: string) => void,
): Promise<void> {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    // The answer comes when the look is over, so the first look at the record finds it.
    await validateVideo(api, only).catch((error: unknown) => onFailure(only, sentenceOf(error)));
    return;
  }
  const { results } = await runBulk(api, { action: 'validate' }, ids);
  for (const { id, ok, error } of results) {
    if (!ok) onFailure(id, error ?? 'It could not be validated.');
  }
}

function failure(id: string) {
  return (error: unknown): BulkResult => ({ id, ok: false, error: sentenceOf(error) });
}

function summed(results: BulkResult[]): BulkDone {
  const succeeded = results.filter((result) => result.ok).length;
  return { results, succeeded, failed: results.length - succeeded };
}

/** Does something with each id, a few at once. */
async function each(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const rest = [...ids];
  const worker = async () => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) await work(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
