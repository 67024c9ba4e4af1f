import { readFileSync } from 'node:fs';
import { expect, type APIRequestContext, type Locator, type Page } from '@playwright/test';
import { deleteObject, putObject } from './bucket';
import { clip, test as base } from './journey';

/** What a test knows of a video in the library. */
export interface LibraryVideo {
  id: string;
  path: string;
  title: string | null;
}

/** The API, as the admin of the stack. */
export class LibraryApi {
  constructor(private readonly request: APIRequestContext) {}

  private readonly headers = { authorization: `Bearer ${process.env.ADMIN_TOKEN}` };

  async find(query: string): Promise<LibraryVideo[]> {
    const address = `/api/media/videos?limit=100&isValid=any&${query}`;
    const answer = await this.request.get(address, { headers: this.headers });
    return ((await answer.json()) as { data: LibraryVideo[] }).data;
  }

  async edit(id: string, data: object): Promise<void> {
    const answer = await this.request.put(`/api/media/videos/${id}`, {
      headers: this.headers,
      data,
    });
    expect(answer.status()).toBe(200);
  }

  /** Whether there is a record. */
  async exists(id: string): Promise<boolean> {
    const answer = await this.request.get(`/api/media/videos/${id}`, { headers: this.headers });
    return answer.ok();
  }

  async scan(directoryType: string): Promise<void> {
    const { headers } = this;
    const data = { directoryType };
    const answer = await this.request.post('/api/media/videos/scan', { headers, data });
    expect(answer.status()).toBe(200);
    const { statusUrl } = (await answer.json()) as { statusUrl: string };
    await expect(async () => {
      const scan = await this.request.get(statusUrl, { headers });
      expect(((await scan.json()) as { status: string }).status).toBe('completed');
    }).toPass({ timeout: 60_000 });
  }

  async remove(id: string): Promise<void> {
    const query = '?permanent=true&objects=true';
    const { headers } = this;
    await this.request.delete(`/api/media/videos/${id}${query}`, { headers });
  }
}

interface Shelf {
  /** A word that only this test's videos have in their titles. */
  word: string;
  api: LibraryApi;
  /** Puts clips into a folder of the directory, without a record of them. */
  put: (files: Record<string, string | Buffer>) => Promise<void>;
  /** Puts clips, scans, and gives each the title `word name`. */
  stock: (files: Record<string, string | Buffer>) => Promise<LibraryVideo[]>;
  directory: string;
}

/** A test with a folder of its own in a directory of the library, which is empty again afterwards. */
export const test = base.extend<{ shelf: Shelf; directory: string }>({
  // Tests that run side by side do not scan each other's files.
  // oxlint-disable-next-line no-empty-pattern
  directory: async ({}, use, info) => use(info.parallelIndex % 2 === 0 ? 'videos' : 'studios'),
  shelf: async ({ request, directory }, use) => {
    const word = `shelf${Math.random().toString(36).slice(2, 10)}`;
    const api = new LibraryApi(request);
    const folder = `${directory}/${word}/`;
    const keys: string[] = [];
    const mine = async () =>
      (await api.find(`directoryType=${directory}`)).filter((video) =>
        video.path.startsWith(folder),
      );
    const put: Shelf['put'] = async (files) => {
      for (const [name, content] of Object.entries(files)) {
        const bytes = typeof content === 'string' ? readFileSync(clip(content)) : content;
        const key = `library/${folder}${name}`;
        keys.push(key);
        await putObject(key, bytes);
      }
    };
    const stock: Shelf['stock'] = async (files) => {
      await put(files);
      await api.scan(directory);
      const videos = await mine();
      for (const video of videos) {
        const name = video.path.slice(folder.length).replace(/\.\w+$/, '');
        video.title = `${word} ${name}`;
        await api.edit(video.id, { title: video.title });
      }
      return videos;
    };
    await use({ word, api, put, stock, directory });
    // Files first, so that no scan takes one in again.
    for (const key of keys) await deleteObject(key);
    const left = [...(await mine()), ...(await api.find(`search=${word}`))];
    for (const { id } of left) await api.remove(id);
  },
});

/** The row of a video. */
export function row(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ hasText: name });
}

/** Opens the menu of a video's row and chooses from it. */
export async function choose(page: Page, name: string, action: string): Promise<void> {
  await row(page, name)
    .getByRole('button', { name: /^More actions/ })
    .click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}
