import { expect, type Locator, type Page } from '@playwright/test';
import {
  card,
  clip,
  complaintsOf,
  expectFramesToAdvance,
  expectNoSidewaysScroll,
  playState,
  test,
  TRANSCODE,
  upload,
  uploadToReady,
} from './journey';

test('a clip goes up, is transcoded and plays', async ({ page }) => {
  const complaints = complaintsOf(page);
  await page.goto('/?method=put');
  await expect(page).toHaveURL(/\/upload\?method=put$/);
  await page.getByLabel('Choose files').locator('input').setInputFiles(clip('bbb-1080p.mp4'));
  await page.getByText('Details').click();
  await page.getByLabel('Title').fill('Big Buck Bunny');
  await page.getByRole('button', { name: 'Upload 1 file' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: /bbb-1080p|Big Buck Bunny/ });
  await expect(entry.getByText(/^Processing \d+ %$/)).toBeVisible({ timeout: 60_000 });
  await expect(entry.getByText('Ready', { exact: true })).toBeVisible({ timeout: TRANSCODE });
  await expect(entry.locator('img').first()).toHaveJSProperty('complete', true);
  await entry.getByRole('link', { name: /^Watch/ }).click();

  await test.step('frames advance', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Big Buck Bunny');
    await page
      .getByRole('region', { name: /^Player/ })
      .getByLabel('Play')
      .first()
      .click();
    await expectFramesToAdvance(page);
  });

  await test.step('the storyboard shows under the pointer', async () => {
    const bar = page.getByRole('slider', { name: 'Position' });
    await bar.hover({ position: { x: 400, y: 12 } });
    const still = page.locator('.seek-preview .still > span');
    await expect(still).toBeVisible();
    await expect(still).toHaveCSS('background-image', /^url\("http.*storyboard/);
  });

  await test.step('another quality comes on the screen', async () => {
    await page.getByRole('button', { name: /^Quality/ }).click();
    await page.getByRole('menuitemradio', { name: '360p', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Quality: 360p' })).toBeVisible();
    await expect.poll(async () => (await playState(page)).height).toBe(360);
    await page.getByRole('slider', { name: 'Position' }).press('Home');
    await expectFramesToAdvance(page);
  });

  await test.step('the link for VLC opens without a header', async () => {
    const link = await page.getByLabel('Playback link').inputValue();
    const answer = await page.request.get(link);
    expect(answer.status()).toBe(200);
    expect(await answer.text()).toContain('#EXTM3U');
  });
  expect(complaints).toEqual([]);
});

test('a file in parts can be paused and resumed', async ({ page }) => {
  const complaints = complaintsOf(page);
  const gate = await slowParts(page);
  await upload(page, clip('bbb-1080p.mp4'), '/upload?method=multipart');
  const entry = card(page, 'bbb-1080p.mp4');
  await entry.getByRole('button', { name: /^Pause/ }).click();
  await expect(entry.getByText('Paused')).toBeVisible();
  gate.open();
  await entry.getByRole('button', { name: /^Resume/ }).click();
  await expect(entry.getByText(/^(Processing \d+ %|Ready)$/)).toBeVisible({ timeout: TRANSCODE });
  expect(complaints.filter((line) => !line.includes('ERR_FAILED'))).toEqual([]);
});

test('a pause before the first byte holds until it is resumed', async ({ page }) => {
  let answer!: () => void;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/media/uploads', async (route) => {
    await asked;
    await route.continue();
  });
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()));
  await upload(page, clip('bbb-720p.mp4'), '/upload');
  const entry = card(page, 'bbb-720p.mp4');
  await entry.getByRole('button', { name: /^Pause/ }).click();
  await expect(entry.getByText('Paused')).toBeVisible();
  const accepted = page.waitForResponse('**/api/media/uploads');
  answer();
  await accepted;
  await expect(entry.getByText('Paused')).toBeVisible();
  expect(sent).toEqual([]);
  await entry.getByRole('button', { name: /^Resume/ }).click();
  await expect(entry.getByText(/^(Processing \d+ %|Ready)$/)).toBeVisible({ timeout: TRANSCODE });
  expect(sent).toHaveLength(1);
});

test('an upload goes on after the page was closed', async ({ page }) => {
  const gate = await slowParts(page, 2);
  const arrived = page.waitForResponse((answer) => answer.url().includes('partNumber=1&'));
  await upload(page, clip('bbb-1080p.mp4'), '/upload?method=multipart');
  await arrived;
  await page.reload();
  gate.open();
  const entry = card(page, 'bbb-1080p.mp4');
  await expect(entry.getByText('Interrupted')).toBeVisible();
  const again: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT') again.push(request.url());
  });
  await entry.getByLabel(/^Choose bbb-1080p.mp4 again/).setInputFiles(clip('bbb-1080p.mp4'));
  await expect(entry.getByText('Ready', { exact: true })).toBeVisible({ timeout: TRANSCODE });
  expect(again).toHaveLength(1);
  expect(again[0]).toContain('partNumber=2&');
});

test('a text file named .mp4 is FAILED with its sentence, and can be tried again', async ({
  page,
}) => {
  const buffer = Buffer.from('This is no video at all.\n'.repeat(400));
  await upload(page, { name: 'notes.mp4', mimeType: 'video/mp4', buffer });
  const entry = card(page, 'notes.mp4');
  await expect(entry.getByText('Failed', { exact: true })).toBeVisible({ timeout: TRANSCODE });
  await expect(entry.locator('.card-problem')).toHaveText(/\w+ \w+ \w+.*\./);
  const retried = page.waitForResponse((answer) => answer.url().endsWith('/retry'));
  await entry.getByRole('button', { name: /^Try again/ }).click();
  expect((await retried).status()).toBe(202);
  await expect(entry.getByText('Failed', { exact: true })).toBeVisible({ timeout: TRANSCODE });
});

test('a file with another extension is refused at once', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
  await page.goto('/upload');
  const text = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') };
  await page.getByLabel('Choose files').locator('input').setInputFiles(text);
  await expect(card(page, 'notes.txt').getByText(/^\.txt files are not accepted/)).toBeVisible();
  expect(asked.filter((line) => line.includes('/api/'))).toEqual([]);
});

test('a cancelled upload is given up on the server', async ({ page }) => {
  await slowParts(page);
  const created = page.waitForResponse((answer) => answer.url().endsWith('/api/media/uploads'));
  await upload(page, clip('bbb-1080p.mp4'), '/upload?method=multipart');
  const { mediaFileId } = (await (await created).json()) as { mediaFileId: string };
  const aborted = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await card(page, 'bbb-1080p.mp4')
    .getByRole('button', { name: /^Cancel/ })
    .click();
  expect((await aborted).status()).toBe(204);
  await expect(card(page, 'bbb-1080p.mp4')).toBeHidden();
  await page.goto(`/watch/${mediaFileId}`);
  await expect(page.getByRole('alert')).toBeVisible();
});

test('all of it works with the keyboard alone', async ({ page }) => {
  await page.goto('/upload');
  await tabTo(page, page.getByLabel('Choose files').locator('input'));
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('Space');
  await (await choosing).setFiles(clip('bbb-720p.mp4'));
  const start = page.getByRole('button', { name: 'Upload 1 file' });
  await expect(start).toBeVisible();
  await tabTo(page, start);
  await page.keyboard.press('Enter');
  const watch = page.getByRole('link', { name: 'Watch bbb-720p.mp4' });
  await expect(watch).toBeVisible({ timeout: TRANSCODE });
  await tabTo(page, watch);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Play', exact: true }).first()).toBeVisible();
  const paused = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.paused);
  const muted = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.muted);

  await page.keyboard.press('k');
  await expectFramesToAdvance(page);
  await page.keyboard.press('Space');
  await expect.poll(paused).toBe(true);
  await page.keyboard.press('0');
  await expect.poll(async () => (await playState(page)).time).toBe(0);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await playState(page)).time).toBeGreaterThan(4);
  await page.keyboard.press('m');
  expect(await muted()).toBe(true);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  await test.step('the quality menu opens, moves and closes', async () => {
    await page.getByRole('button', { name: /^Quality/ }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitemradio', { name: /^Auto/ })).toBeFocused();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Quality: 720p' })).toBeFocused();
  });
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('every page fits, and the player works by touch', async ({ page }) => {
    await page.goto('/upload');
    await expectNoSidewaysScroll(page);
    const id = await uploadToReady(page, 'bbb-720p.mp4');
    await expectNoSidewaysScroll(page);
    await page.goto(`/watch/${id}`);
    await page.getByRole('button', { name: 'Play', exact: true }).first().tap();
    await expectFramesToAdvance(page);
    await expectNoSidewaysScroll(page);
    await page.locator('video').tap();
    await page.getByRole('button', { name: /^Quality/ }).tap();
    await page.getByRole('menuitemradio', { name: '480p', exact: true }).tap();
    // The clip may have come to its end by now.
    await page.getByRole('slider', { name: 'Position' }).press('Home');
    await expect.poll(async () => (await playState(page)).height).toBe(480);
  });
});

/** Presses Tab until the element has the focus, and checks that it shows. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(target).toBeFocused({ timeout: 50 });
  }).toPass({ intervals: [0] });
  const ring = await target.evaluate((element) =>
    [element, element.parentElement].map((e) => (e ? getComputedStyle(e).outlineStyle : 'none')),
  );
  expect(ring).toContain('solid');
}

/** Holds back all parts but the first few, so that there is time to do something to an upload. */
async function slowParts(page: Page, heldFrom = 1) {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route(/partNumber=/, async (route) => {
    const number = Number(new URL(route.request().url()).searchParams.get('partNumber'));
    if (number >= heldFrom && route.request().method() === 'PUT') await opened;
    // A paused or closed page has given the request up by then.
    await route.continue().catch(() => {});
  });
  return { open };
}
