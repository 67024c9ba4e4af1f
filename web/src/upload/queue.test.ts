// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiClient } from '../api/client';
import { Session } from '../auth/session';
import { PART_SIZE, UploadServer } from '../test/upload-server';
import type { UploadItem } from './item';
import { UploadMemory } from './memory';
import { UploadQueue } from './queue';

let server: UploadServer;
let origin: string;

beforeEach(async () => {
  localStorage.clear();
  server = new UploadServer();
  origin = await server.start();
});

afterEach(() => server.stop());

/** A page's worth of objects; a second one on the same storage is the page after a reload. */
function page(token = 'good'): UploadQueue {
  const session = new Session();
  session.signIn(token);
  return new UploadQueue(new ApiClient(origin, session), new UploadMemory(localStorage));
}

function video(size: number, name = 'Ferien am Meer.mp4'): File {
  const bytes = new Uint8Array(size);
  for (let n = 0; n < size; n += 4096) bytes[n] = n / 4096;
  return new File([bytes], name, { type: 'video/mp4', lastModified: 1 });
}

async function until(
  queue: UploadQueue,
  wanted: (item: UploadItem) => boolean,
): Promise<UploadItem> {
  return vi.waitFor(
    () => {
      const item = queue.snapshot().items.find(wanted);
      if (!item) throw new Error(`No such item: ${JSON.stringify(queue.snapshot().items)}`);
      return item;
    },
    { timeout: 10_000 },
  );
}

const arrived = (item: UploadItem) => item.phase === 'arrived';

test('a small file goes up in one PUT, with what was said about it', async () => {
  const queue = page();
  queue.add([video(1000)]);
  const { key } = await until(queue, (item) => item.phase === 'staged');
  queue.setDetails(key, { title: ' Meer ', tags: 'sea, summer' });
  queue.startAll();
  await until(queue, arrived);
  const [upload] = server.uploads;
  expect(upload?.draft).toEqual({
    filename: 'Ferien am Meer.mp4',
    size: 1000,
    contentType: 'video/mp4',
    title: 'Meer',
    tags: ['sea', 'summer'],
  });
  expect(upload?.body?.length).toBe(1000);
});

test('a large file goes up in parts, their addresses asked for together', async () => {
  const queue = page();
  queue.setMethod('MULTIPART');
  const size = 2 * PART_SIZE + 10;
  queue.add([video(size)]);
  queue.startAll();
  await until(queue, arrived);
  const [upload] = server.uploads;
  expect([...(upload?.parts.values() ?? [])].map((part) => part.length).toSorted()).toEqual([
    10,
    PART_SIZE,
    PART_SIZE,
  ]);
  expect(upload?.body?.length).toBe(size);
  const id = upload?.id;
  expect(
    server.asked.filter((line) => line === `POST /api/media/uploads/${id}/parts`),
  ).toHaveLength(1);
});

test('after a reload the same file sends only the parts that are missing', async () => {
  const first = page();
  first.setMethod('MULTIPART');
  // The first part arrives, all others are refused for good.
  server.storageFaults.push(null, 403, 403);
  first.add([video(3 * PART_SIZE)]);
  first.startAll();
  await until(first, (item) => item.phase === 'stopped');
  await vi.waitFor(() => expect(server.uploads[0]?.parts.size).toBe(1));
  server.storageFaults.length = 0;

  const second = page();
  await second.restore();
  await until(second, (item) => item.phase === 'interrupted');
  second.add([video(3 * PART_SIZE)]);
  await until(second, arrived);
  expect(server.uploads).toHaveLength(1);
  expect(server.uploads[0]?.body?.length).toBe(3 * PART_SIZE);
  expect(server.asked).toContain(`GET /api/media/uploads/${server.uploads[0]?.id}/parts`);
});

test('a PUT whose answer was lost is not a second video', async () => {
  server.storageFaults.push('late-drop');
  const queue = page();
  queue.add([video(1000)]);
  queue.startAll();
  await until(queue, arrived);
  expect(server.uploads).toHaveLength(1);
});

test('a busy storage is tried again', async () => {
  server.storageFaults.push(503);
  const queue = page();
  queue.add([video(1000)]);
  queue.startAll();
  await until(queue, arrived);
});

test("a refused PUT says why, and 'Try again' goes on with the same upload", async () => {
  server.storageFaults.push(403);
  const queue = page();
  queue.add([video(1000)]);
  queue.startAll();
  const stopped = await until(queue, (item) => item.phase === 'stopped');
  expect(stopped.message).toContain('SlowDown, status 403');
  queue.resume(stopped.key);
  await until(queue, arrived);
  expect(server.uploads).toHaveLength(1);
});

test("the API's sentence about a detail is shown, and the file waits for a better one", async () => {
  const queue = page();
  queue.add([video(1000)]);
  const { key } = await until(queue, (item) => item.phase === 'staged');
  queue.setDetails(key, { title: 'too long' });
  queue.startAll();
  const item = await until(queue, ({ message }) => message !== null);
  expect(item.phase).toBe('staged');
  expect(item.message).toContain('The title is longer than 500 characters.');
  queue.setDetails(key, { title: 'short' });
  queue.startAll();
  await until(queue, arrived);
});

test('a cancelled upload is given up on the server, and forgotten here', async () => {
  server.storageFaults.push(400);
  const queue = page();
  queue.add([video(1000)]);
  queue.startAll();
  const { key } = await until(queue, (item) => item.phase === 'stopped');
  queue.remove(key);
  expect(queue.snapshot().items).toEqual([]);
  await vi.waitFor(() => expect(server.uploads).toHaveLength(0));
  expect(new UploadMemory(localStorage).all()).toEqual([]);
});

test('an expired sign-in stops the upload with a sentence', async () => {
  const queue = page('stale');
  queue.add([video(1000)]);
  queue.startAll();
  const item = await until(queue, ({ phase }) => phase === 'stopped');
  expect(item.message).toBe('The access token has expired.');
});

test('what is no video never reaches the API', async () => {
  const queue = page();
  queue.add([new File(['hello'], 'notes.txt')]);
  const item = await until(queue, ({ phase }) => phase === 'refused');
  expect(item.message).toContain('.txt files are not accepted');
  queue.startAll();
  expect(server.asked).toEqual([]);
});

test('a completion whose answer was lost is found out, not sent again', async () => {
  const first = page();
  first.setMethod('MULTIPART');
  server.storageFaults.push(null, 403, 403);
  first.add([video(2 * PART_SIZE)]);
  first.startAll();
  await until(first, (item) => item.phase === 'stopped');
  server.storageFaults.length = 0;
  // Another page completed it; storage has dropped the parts.
  const [upload] = server.uploads;
  if (upload) Object.assign(upload, { body: Buffer.alloc(2 * PART_SIZE), expired: true });

  const [{ key } = { key: '' }] = first.snapshot().items;
  first.resume(key);
  await until(first, arrived);
  expect(server.uploads).toHaveLength(1);
});
