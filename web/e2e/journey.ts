import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect, type Locator, type Page } from '@playwright/test';

const REPOSITORY = join(import.meta.dirname, '../..');
const CLIPS = process.env.CLIPS_DIR ?? join(REPOSITORY, '.local/clips');

/** How long a transcode of a test clip may take on a busy machine, in milliseconds. */
export const TRANSCODE = 200_000;

/** A test that removes from the stack what its page has uploaded. */
export const test = base.extend<{ tidy: void }>({
  tidy: [
    async ({ page }, use) => {
      const ids = new Set<string>();
      page.on('response', async (answer) => {
        if (!answer.ok() || !answer.url().endsWith('/api/media/uploads')) return;
        // The page may be gone before its answer is read.
        const created = (await answer.json().catch(() => ({}))) as { mediaFileId?: string };
        if (created.mediaFileId) ids.add(created.mediaFileId);
      });
      await use();
      const headers = { authorization: `Bearer ${process.env.ADMIN_TOKEN}` };
      for (const id of ids) {
        const answer = await page.request.delete(`/media-files/${id}`, { headers });
        expect([204, 404]).toContain(answer.status());
        // What arrived is a video of the library as well, under the same id.
        const video = `/api/media/videos/${id}?permanent=true&objects=true`;
        expect([200, 404]).toContain((await page.request.delete(video, { headers })).status());
      }
    },
    { auto: true },
  ],
});

/** A real clip that `cargo xtask up` has fetched. */
export function clip(name: string): string {
  const path = join(CLIPS, name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run \`cargo xtask up\` first.`);
  return path;
}

/** The list entry of a file. */
export function card(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ hasText: name });
}

/** Chooses files on the upload page and starts them. */
export async function upload(
  page: Page,
  files: Parameters<Locator['setInputFiles']>[0],
  path = '/upload',
): Promise<void> {
  await page.goto(path);
  await page.getByLabel('Choose files').locator('input').setInputFiles(files);
  await page.getByRole('button', { name: /^Upload \d+ file/ }).click();
}

/** Uploads a clip and waits until it can be watched. Returns its id. */
export async function uploadToReady(page: Page, name: string, path?: string): Promise<string> {
  await upload(page, clip(name), path);
  const entry = card(page, name);
  await expect(entry.getByText('Ready', { exact: true })).toBeVisible({ timeout: TRANSCODE });
  const id = await entry.getAttribute('data-media-id');
  if (!id) throw new Error('The entry names no media file.');
  return id;
}

/** What says whether a video really plays. */
export interface PlayState {
  time: number;
  frames: number;
  height: number;
}

export function playState(page: Page): Promise<PlayState> {
  return page.locator('video').evaluate((video: HTMLVideoElement) => ({
    time: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    height: video.videoHeight,
  }));
}

/** Waits until the video has gone on by a second's worth of frames. */
export async function expectFramesToAdvance(page: Page): Promise<void> {
  const before = await playState(page);
  await expect(async () => {
    const now = await playState(page);
    expect(now.time).toBeGreaterThan(before.time + 0.8);
    expect(now.frames).toBeGreaterThan(before.frames + 8);
  }).toPass({ timeout: 30_000 });
}

/** No page of ours scrolls sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const needed = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(needed).toBeLessThanOrEqual(width);
}

/** Collects what the page complains about. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}
