import { readFileSync } from 'node:fs';
import { expect, request as requests, type APIRequestContext, type Page } from '@playwright/test';
import { clip, test as base, TRANSCODE } from './journey';

/** A video that is ready to be watched. */
export interface Film {
  id: string;
  title: string;
}

/** The parts of the API that an audience's tests prepare and check with, as the admin of the stack. */
export class Studio {
  constructor(private readonly api: APIRequestContext) {}

  /** Uploads a clip and waits until it can be watched. It lies in the inbox. */
  async make(name: string, title: string): Promise<Film> {
    const bytes = readFileSync(clip(name));
    const draft = { filename: name, size: bytes.length, contentType: 'video/mp4', title };
    const created = await this.json('POST', '/api/media/uploads', { ...draft, method: 'PUT' });
    const { mediaFileId: id, upload } = created as Created;
    const sent = await fetch(upload.url, {
      method: 'PUT',
      headers: upload.headers,
      body: new Uint8Array(bytes),
    });
    expect(sent.status).toBe(200);
    await expect(async () => {
      const { status } = (await this.json('GET', `/media-files/${id}`)) as { status: string };
      expect(status).toBe('READY');
      // The record of the video follows the file's.
      await this.json('GET', `/api/media/videos/${id}`);
    }).toPass({ timeout: TRANSCODE });
    return { id, title };
  }

  async publish({ id }: Film, category: string): Promise<void> {
    await this.json('PUT', `/api/media/videos/${id}`, { directoryType: 'studios' });
    await expect(() => this.json('POST', `/api/media/videos/${id}/publish`, { category })).toPass({
      timeout: 60_000,
    });
    // The gallery is what it was a second ago.
    await expect(async () => expect(await this.listed(category)).toContain(id)).toPass();
  }

  /** Ids of a category's videos in the gallery. */
  async listed(category: string): Promise<string[]> {
    const query = new URLSearchParams({ category });
    const list = (await this.json('GET', `/api/media/public?${query}`)) as Listed;
    return list.videos.map(({ id }) => id);
  }

  async act(film: Film, verb: 'lock' | 'unlock' | 'unpublish'): Promise<void> {
    await this.json('POST', `/api/media/videos/${film.id}/${verb}`, {});
  }

  async remove({ id }: Film): Promise<void> {
    await this.api.post(`/api/media/videos/${id}/unpublish`, { data: {} });
    await this.api.delete(`/media-files/${id}`);
    await this.api.delete(`/api/media/videos/${id}?permanent=true&objects=true`);
  }

  private async json(method: string, path: string, data?: object): Promise<unknown> {
    const answer = await this.api.fetch(path, { method, data });
    const text = await answer.text();
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
    return JSON.parse(text);
  }
}

interface Created {
  mediaFileId: string;
  upload: { url: string; headers: Record<string, string> };
}

interface Listed {
  videos: { id: string }[];
}

interface WorkerFixtures {
  studio: Studio;
  /** A category that only this worker's films have. */
  category: string;
  /** Two short films; the first is published, the second lies in the inbox. */
  films: readonly [Film, Film];
}

/** A test with films of its worker's own, which are removed when all is done. */
export const test = base.extend<{ visitor: Page }, WorkerFixtures>({
  studio: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const api = await requests.newContext({
        baseURL: process.env.WEB_URL,
        extraHTTPHeaders: { authorization: `Bearer ${process.env.ADMIN_TOKEN}` },
      });
      await use(new Studio(api));
      await api.dispose();
    },
    { scope: 'worker' },
  ],
  category: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => use(`Category ${Math.random().toString(36).slice(2, 8)}`),
    { scope: 'worker' },
  ],
  films: [
    async ({ studio, category }, use) => {
      const word = category.slice(-6);
      const films = await Promise.all([
        studio.make('carphone.mp4', `${word} carphone`),
        studio.make('bikes.mp4', `${word} bikes`),
      ]);
      await studio.publish(films[0], category);
      await use(films);
      for (const film of films) await studio.remove(film);
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  /** The page of somebody without an account. */
  visitor: async ({ browser, contextOptions }, use) => {
    const context = await browser.newContext(contextOptions);
    const page = await context.newPage();
    // As in AWS: nobody hands out tokens.
    await page.route('**/dev/token', (route) => route.fulfill({ status: 404 }));
    await use(page);
    await context.close();
  },
});

/** Starts the video and leaves it playing. */
export async function play(page: Page): Promise<void> {
  await page
    .getByRole('region', { name: /^Player/ })
    .getByLabel('Play')
    .first()
    .click();
}
