import { expect, test } from 'vitest';
import { PartUrlSource } from './part-urls';

function source(partCount: number, lifeMs = 3600_000) {
  const asked: number[][] = [];
  let now = 1_000_000;
  const urls = new PartUrlSource(
    partCount,
    async (numbers) => {
      asked.push(numbers);
      const parts = numbers.map((partNumber) => ({
        partNumber,
        url: `https://s3.example/${partNumber}/${asked.length}`,
      }));
      return { parts, expiresAt: new Date(now + lifeMs).toISOString() };
    },
    () => now,
  );
  const pass = (ms: number) => {
    now += ms;
  };
  return { urls, asked, pass };
}

test('parts asked for together share one request', async () => {
  const { urls, asked } = source(5);
  const taken = await Promise.all([1, 2, 3].map((n) => urls.take(n)));
  expect(taken).toEqual([1, 2, 3].map((n) => `https://s3.example/${n}/1`));
  expect(asked).toEqual([[1, 2, 3, 4, 5]]);
});

test('a large file asks in batches, as they are needed', async () => {
  const { urls, asked } = source(10_000);
  for (let n = 1; n <= 13; n += 1) await urls.take(n);
  expect(asked.map((batch) => batch.length)).toEqual([12, 12]);
  expect(asked[1]?.[0]).toBe(13);
});

test('a part tried again gets a fresh address', async () => {
  const { urls } = source(1);
  const first = await urls.take(1);
  expect(await urls.take(1)).not.toBe(first);
});

test('an address about to expire is asked for again', async () => {
  const { urls, asked, pass } = source(2, 900_000);
  await urls.take(1);
  pass(850_000);
  expect(await urls.take(2)).toBe('https://s3.example/2/2');
  expect(asked).toEqual([[1, 2], [2]]);
});

test('a failed request is not remembered', async () => {
  let failing = true;
  const urls = new PartUrlSource(1, async () => {
    if (failing) throw new Error('offline');
    return { parts: [{ partNumber: 1, url: 'u' }], expiresAt: '2999-01-01T00:00:00Z' };
  });
  await expect(urls.take(1)).rejects.toThrow('offline');
  failing = false;
  expect(await urls.take(1)).toBe('u');
});
