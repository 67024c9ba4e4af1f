import { expect, test } from 'vitest';
import type { ApiClient } from '../api/client';
import type { VideoSummary } from '../api/types';
import { publishMany, removeMany, runBulk, validateMany, type Verdict } from './bulk';

type Options = { method?: string; body?: { ids: string[] } };

/** An API that answers as the function says. */
function apiOf(answer: (path: string, options: Options) => unknown): ApiClient {
  const exchange = async (path: string, options: Options = {}) => ({
    body: answer(path, options),
    status: 200,
    headers: new Headers(),
  });
  const request = async (path: string, options: Options = {}) => answer(path, options);
  return { exchange, request } as unknown as ApiClient;
}

const idOf = (path: string) => path.split('/').pop()?.split('?')[0] ?? '';

test('more than a thousand videos go in several requests', async () => {
  const sizes: number[] = [];
  const api = apiOf((_, { body }) => {
    sizes.push(body?.ids.length ?? 0);
    return { results: body?.ids.map((id) => ({ id, ok: id !== '1500', error: 'No.' })) };
  });
  const ids = Array.from({ length: 2300 }, (_, n) => String(n));
  const done = await runBulk(api, { action: 'delete' }, ids);
  expect(sizes).toEqual([1000, 1000, 300]);
  expect(done).toMatchObject({ succeeded: 2299, failed: 1 });
});

test('what is published from the inbox moves first, and what cannot move stays', async () => {
  const asked: unknown[] = [];
  const api = apiOf((_, { body }) => {
    asked.push(body);
    return { results: body?.ids.map((id) => ({ id, ok: id !== 'stuck', error: 'No.' })) };
  });
  const videos = [
    { id: 'new', directoryType: 'inbox' },
    { id: 'stuck', directoryType: 'inbox' },
    { id: 'old', directoryType: 'studios' },
  ] as VideoSummary[];
  const done = await publishMany(api, videos, 'Film', 'videos');
  expect(asked).toEqual([
    { action: 'edit', changes: { directoryType: 'videos' }, ids: ['new', 'stuck'] },
    { action: 'publish', category: 'Film', ids: ['new', 'old'] },
  ]);
  expect(done).toMatchObject({ succeeded: 2, failed: 1 });
});

test('each removal succeeds or fails by itself', async () => {
  const api = apiOf((path) => {
    if (idOf(path) === 'b') throw new Error('There is no such video.');
    return { success: true };
  });
  const progress: number[] = [];
  const done = await removeMany(api, ['a', 'b', 'c'], true, (count) => progress.push(count));
  expect(progress).toEqual([1, 2, 3]);
  expect(done.results).toContainEqual({ id: 'b', ok: false, error: 'There is no such video.' });
});

test('a validation reports each video once its look is over', async () => {
  const looks = new Map<string, number>();
  const api = apiOf((path, { method, body }) => {
    if (method === 'POST') return { results: body?.ids.map((id) => ({ id, ok: true })) };
    const id = idOf(path);
    if (id === 'gone') throw new Error('There is no such video.');
    const look = (looks.get(id) ?? 0) + 1;
    looks.set(id, look);
    const invalidReason = id === 'bad' ? 'The file is a text file.' : null;
    return { id, lastValidated: look > (id === 'slow' ? 2 : 1) ? 'later' : null, invalidReason };
  });
  const verdicts: Verdict[] = [];
  const ids = ['good', 'bad', 'slow', 'gone'];
  await validateMany(api, ids, (verdict) => verdicts.push(verdict), new AbortController().signal);
  expect(verdicts.map(({ id, problem }) => [id, problem])).toEqual([
    ['gone', 'There is no such video.'],
    ['good', null],
    ['bad', 'The file is a text file.'],
    ['slow', null],
  ]);
});
