import { expect, test, vi } from 'vitest';
import type { ApiClient } from '../api/client';
import { DetailsCache } from './details-cache';

/** An API whose answers are given one by one. */
function slowApi() {
  const asked: { path: string; answer: () => void }[] = [];
  const exchange = (path: string) =>
    new Promise((resolve) => {
      const id = path.split('/').pop();
      asked.push({ path, answer: () => resolve({ body: { id }, headers: new Headers() }) });
    });
  return { asked, api: { exchange } as unknown as ApiClient };
}

const go = new AbortController().signal;

test('a state of a video is asked for once, a newer one again', async () => {
  const { asked, api } = slowApi();
  const cache = new DetailsCache(api);
  const first = cache.load('a', '1', go);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked[0]?.answer();
  await first;
  expect(cache.known('a', '1')).toMatchObject({ id: 'a' });
  await cache.load('a', '1', go);
  expect(asked).toHaveLength(1);
  expect(cache.known('a', '2')).toBeNull();
  expect(cache.older('a')).toMatchObject({ id: 'a' });
  void cache.load('a', '2', go);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
});

test('a few are asked for at once, and none that went out of sight meanwhile', async () => {
  const { asked, api } = slowApi();
  const cache = new DetailsCache(api);
  const gone = new AbortController();
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const loads = ids.map((id) =>
    cache.load(id, '1', id === 'e' ? gone.signal : go).catch(() => `${id} given up`),
  );
  await vi.waitFor(() => expect(asked).toHaveLength(4));
  gone.abort();
  asked[0]?.answer();
  await vi.waitFor(() => expect(asked).toHaveLength(5));
  expect(asked.map(({ path }) => path.split('/').pop())).toEqual(['a', 'b', 'c', 'd', 'f']);
  for (const { answer } of asked) answer();
  expect((await Promise.all(loads))[4]).toBe('e given up');
});
