import { expect } from '@playwright/test';
import { card, clip, complaintsOf, expectNoSidewaysScroll, upload } from './journey';
import { choose, row, test } from './library';

const BROKEN = Buffer.from('This is no video at all.\n'.repeat(400));

test.describe('a scan', () => {
  test.use({ directory: 'highlights' });

  test('finds files, says which are no good, and finds nothing twice', async ({ page, shelf }) => {
    const [good, broken] = [`${shelf.word}-a.mp4`, `${shelf.word}-broken.mp4`];
    await shelf.put({ [good]: 'carphone.mp4', 'b.AVI': 'movie-hello.avi', [broken]: BROKEN });
    await page.goto(`/library?directoryType=highlights`);
    await page.getByRole('button', { name: 'Scan directory' }).click();
    const dialog = page.getByRole('dialog', { name: 'Scan a directory' });
    await expect(dialog.getByLabel('Directory')).toHaveValue('highlights');
    await dialog.getByRole('button', { name: 'Start scan' }).click();
    const done = page.getByRole('dialog', { name: 'Scan of Highlights' });
    await expect(done.getByText(/^Scan complete: \d+ files found, 3 new records\.$/)).toBeVisible();
    await expect(done.getByRole('region', { name: 'Invalid files' })).toContainText(`${broken}:`);
    await done.getByRole('button', { name: 'Close' }).last().click();
    await expect(row(page, good).getByText('0:04', { exact: true })).toBeVisible();
    await expect(row(page, good).locator('img')).toHaveJSProperty('complete', true);
    await expect(row(page, broken)).toBeHidden();

    await page.getByLabel('Show').selectOption('Deleted or invalid');
    await expect(row(page, broken).locator('.row-reason')).toHaveText(/\w+ \w+.*\./);
    await expect(row(page, broken).locator('.row-title')).toHaveCSS(
      'text-decoration-line',
      'line-through',
    );

    await page.getByRole('button', { name: 'Scan directory' }).click();
    await page.getByRole('button', { name: 'Start scan' }).click();
    await expect(page.getByText(/^Scan complete: \d+ files found, 0 new records\.$/)).toBeVisible();
  });
});

test('filters, search, order and pages are in the address', async ({ page, shelf }) => {
  const complaints = complaintsOf(page);
  await shelf.stock({
    'sea.mp4': 'carphone.mp4',
    'sun.mp4': 'bbb-720p.mp4',
    'hill.avi': 'movie-hello.avi',
  });
  await page.goto('/library');
  await expect(page.getByRole('searchbox')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.getByRole('searchbox').pressSequentially(shelf.word);
  await expect(page.getByText('3 videos', { exact: true })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`\\?search=${shelf.word}$`));

  await test.step('quality', async () => {
    await page.getByRole('checkbox', { name: 'HD', exact: true }).check();
    await expect(page.getByText('1 video', { exact: true })).toBeVisible();
    await expect(row(page, 'sun')).toBeVisible();
    await expect(page).toHaveURL(/quality=HD/);
    await page.goBack();
    await expect(page.getByText('3 videos', { exact: true })).toBeVisible();
    await expect(page.getByRole('checkbox', { name: 'HD', exact: true })).not.toBeChecked();
  });

  await test.step('order by a column, both ways', async () => {
    const titles = page.locator('.row-title');
    await page.getByRole('button', { name: 'Title' }).click();
    await expect(titles).toHaveText([/hill/, /sea/, /sun/]);
    await expect(page.getByRole('columnheader', { name: 'Title' })).toHaveAttribute(
      'aria-sort',
      'ascending',
    );
    await page.getByRole('button', { name: 'Title' }).click();
    await expect(titles).toHaveText([/sun/, /sea/, /hill/]);
  });

  await test.step('a shared address shows the same page', async () => {
    await page.goto(`/library?search=${shelf.word}&sort=title&order=asc&limit=2&page=2`);
    await expect(page.locator('.row-title')).toHaveText([/sun/]);
    await page.getByRole('link', { name: 'Page 1', exact: true }).click();
    await expect(page.locator('.row-title')).toHaveText([/hill/, /sea/]);
    await page.goto(`/library?search=${shelf.word}&limit=2&page=40`);
    await expect(page).toHaveURL(/[?&]page=2(&|$)/);
  });

  await test.step('nothing matches', async () => {
    await page.getByRole('searchbox').fill('no such video at all');
    await expect(page.getByRole('heading', { name: 'No video matches' })).toBeVisible();
    await page.getByRole('button', { name: 'Clear all conditions' }).click();
    await expect(page.getByRole('searchbox')).toHaveValue('');
  });
  // The whole library may show what the test beside this one is just removing.
  expect(complaints.filter((line) => !line.includes('404'))).toEqual([]);
});

test('only the last search is shown, however late the others answer', async ({ page, shelf }) => {
  await shelf.stock({ 'sea.mp4': 'carphone.mp4', 'sun.mp4': 'bikes.mp4' });
  await page.goto('/library');
  let release!: () => void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/search=[^&]*sea/, async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  const given = page.waitForEvent('requestfailed', (request) =>
    /search=[^&]*sea/.test(request.url()),
  );
  const asked = page.waitForRequest(/search=[^&]*sea/);
  await page.getByRole('searchbox').fill(`${shelf.word} sea`);
  await asked;
  await page.getByRole('searchbox').fill(`${shelf.word} sun`);
  await given;
  release();
  await expect(page.locator('.row-title')).toHaveText([`${shelf.word} sun`]);
});

test('an edit is saved, and somebody else is never written over', async ({ page, shelf }) => {
  const [video] = await shelf.stock({ 'sea.mp4': 'carphone.mp4' });
  if (!video) throw new Error('The scan made no record.');
  await shelf.api.edit(video.id, { tags: ['harbour'], producer: `${shelf.word} Films` });
  await page.goto(`/library?search=${shelf.word}`);
  await page.getByRole('link', { name: /^Edit/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Title').fill(`${shelf.word} by the sea`);
  await drawer.getByLabel('Creator').fill('Ana');

  await test.step('suggestions are offered and chosen by keyboard', async () => {
    const producer = drawer.getByLabel('Producer');
    await producer.fill(shelf.word.slice(0, 9));
    await expect(drawer.getByRole('option', { name: `${shelf.word} Films` })).toBeVisible();
    await producer.press('ArrowDown');
    await producer.press('Enter');
    await expect(producer).toHaveValue(`${shelf.word} Films`);
  });
  await drawer.getByLabel(/^Tags/).fill('night');
  await drawer.getByLabel(/^Tags/).press('Enter');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('saved.')).toBeVisible();

  await test.step('a stale edit is refused, with a way on', async () => {
    await shelf.api.edit(video.id, { producer: 'Their Studio' });
    await drawer.getByLabel('Creator').fill('Ben');
    await drawer.getByRole('button', { name: 'Save' }).click();
    const note = drawer.getByRole('alert');
    await expect(note).toContainText('Somebody else was faster.');
    await expect(note).toContainText('Producer: Their Studio');
    await note.getByRole('button', { name: 'Save mine as well' }).click();
    await expect(note).toBeHidden();
    await expect(drawer.getByLabel('Producer')).toHaveValue('Their Studio');
    await expect(drawer.getByLabel('Creator')).toHaveValue('Ben');
  });

  await test.step('another directory moves the file', async () => {
    await drawer.getByLabel('Directory').selectOption('Curated');
    await expect(drawer.getByText('The file moves there in the background')).toBeVisible();
    await drawer.getByRole('button', { name: 'Save' }).click();
    await expect(drawer.getByText(/^curated\//)).toBeVisible();
  });

  await test.step('Escape closes suggestions first, and what is not saved is asked about', async () => {
    const producer = drawer.getByLabel('Producer');
    await producer.fill('Their');
    const offered = drawer.getByRole('option', { name: /^Their Studio/ });
    await expect(offered).toBeVisible();
    await producer.press('Escape');
    await expect(offered).toBeHidden();
    await expect(drawer).toBeVisible();
    page.once('dialog', (question) => question.dismiss());
    await page.keyboard.press('Escape');
    await expect(drawer).toBeVisible();
    await drawer.getByRole('button', { name: 'Undo changes' }).click();
    await expect(producer).toHaveValue('Their Studio');
  });

  await test.step('Escape closes, the focus returns, the row has it all', async () => {
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
    await expect(page.getByRole('link', { name: /^Edit/ })).toBeFocused();
    await expect(row(page, 'by the sea')).toContainText('Their Studio • Ben');
    await expect(row(page, 'by the sea')).toContainText('Curated');
  });
});

test('many are chosen and changed at once', async ({ page, shelf }) => {
  await shelf.stock({
    'a.mp4': 'carphone.mp4',
    'b.mp4': 'bikes.mp4',
    'c.mp4': 'bbb-720p.mp4',
    'd.avi': 'movie-hello.avi',
  });
  await page.goto(`/library?search=${shelf.word}&sort=title&order=asc`);
  const boxes = page.getByRole('checkbox', { name: /^Select shelf/ });
  await boxes.nth(0).click();
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  const bar = page.getByRole('region', { name: 'Selected videos' });
  await expect(bar).toContainText('3 videos selected');

  await test.step('edit', async () => {
    await bar.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit 3 videos' });
    await expect(dialog.getByRole('button', { name: 'Apply to selected' })).toBeDisabled();
    await dialog.getByLabel('Change creator').check();
    await dialog.getByLabel('Creator', { exact: true }).fill('All of us');
    await dialog.getByRole('button', { name: 'Apply to selected' }).click();
    await expect(page.getByText('3 videos changed.')).toBeVisible();
    await expect(page.getByText('All of us')).toHaveCount(3);
  });

  await test.step('validate', async () => {
    await bar.getByRole('button', { name: 'Validate' }).click();
    const dialog = page.getByRole('dialog', { name: 'Validate 3 videos' });
    await expect(dialog.getByText('All 3 videos are fine.')).toBeVisible({ timeout: 60_000 });
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  await test.step('lock with a reason, and unlock', async () => {
    await bar.getByRole('button', { name: 'Lock', exact: true }).click();
    await page.getByLabel('Reason').fill('Rights have expired');
    await page.getByRole('dialog').getByRole('button', { name: 'Lock', exact: true }).click();
    await expect(page.getByText('Locked', { exact: true })).toHaveCount(3);
    await bar.getByRole('button', { name: 'Unlock' }).click();
    await expect(page.getByText('Locked', { exact: true })).toHaveCount(0);
  });

  await test.step('delete, and take it back', async () => {
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByText('1 video', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('4 videos', { exact: true })).toBeVisible();
  });
});

test('a video is deleted, restored, and deleted for good', async ({ page, shelf }) => {
  const [video] = await shelf.stock({ 'sea.mp4': 'carphone.mp4' });
  if (!video) throw new Error('The scan made no record.');
  const name = `${shelf.word} sea`;
  await page.goto(`/library?search=${shelf.word}`);
  await choose(page, name, 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No video matches' })).toBeVisible();

  await page.getByLabel('Show').selectOption('Deleted or invalid');
  await expect(row(page, name)).toContainText('Deleted on');
  await choose(page, name, 'Restore');
  await expect(page.getByRole('heading', { name: 'No video matches' })).toBeVisible();
  await page.getByLabel('Show').selectOption('Everything');
  await expect(row(page, name).locator('.row-reason')).toBeHidden();

  await choose(page, name, 'Delete…');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row(page, name)).toContainText('Deleted on');
  await choose(page, name, 'Delete permanently…');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Also remove the file').check();
  await dialog.getByRole('button', { name: 'Delete permanently' }).click();
  await expect(page.getByRole('heading', { name: 'No video matches' })).toBeVisible();
  expect(await shelf.api.exists(video.id)).toBe(false);
});

test('what cannot be done is told one by one', async ({ page, shelf }) => {
  const [first] = await shelf.stock({ 'a.mp4': 'carphone.mp4', 'b.mp4': 'bikes.mp4' });
  if (!first?.title) throw new Error('The scan made no record.');
  await page.goto(`/library?search=${shelf.word}`);
  await page.getByLabel('Select all on this page').check();
  await expect(page.getByText('2 videos selected')).toBeVisible();
  await shelf.api.remove(first.id);
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  const report = page.getByRole('dialog', { name: 'Not everything was deleted' });
  await expect(report).toContainText('1 video succeeded, 1 failed:');
  await expect(report.getByRole('listitem').filter({ hasText: first.title })).toContainText(
    'There is no such video.',
  );
});

test('an upload appears in the inbox and can be played', async ({ page }) => {
  const created = page.waitForResponse((answer) => answer.url().endsWith('/api/media/uploads'));
  await upload(page, clip('movie-hello.mp4'));
  const { mediaFileId } = (await (await created).json()) as { mediaFileId: string };
  const sent = card(page, 'movie-hello.mp4').getByText(/^(Uploaded|Processing \d+ %|Ready)$/);
  await expect(sent).toBeVisible({ timeout: 60_000 });
  await page.goto('/library?directoryType=inbox');
  const entry = page.getByRole('row').filter({ has: page.locator(`a[href*="${mediaFileId}"]`) });
  await expect(async () => {
    await page.reload();
    await expect(entry).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  await expect(entry).toContainText('movie-hello');
  await expect(entry).toContainText('Inbox');
  await expect(entry.locator('.cell-duration')).toContainText('0:08', { timeout: 60_000 });
  await entry.locator('.row-title').click();
  await page.getByRole('dialog').getByRole('link', { name: 'Play' }).click();
  await expect(page).toHaveURL(new RegExp(`/watch/${mediaFileId}$`));
});

test('duplicates and storage have their pages', async ({ page, shelf }) => {
  await shelf.stock({ 'one.mp4': 'bikes.mp4', 'two.mp4': 'bikes.mp4' });
  await page.goto('/library/duplicates');
  const group = page.locator('.group').filter({ hasText: shelf.word });
  await expect(group.getByText('Same bytes')).toBeVisible();
  await expect(group.getByRole('link', { name: `${shelf.word} one` })).toBeVisible();
  await group.getByRole('link', { name: `${shelf.word} two` }).click();
  await expect(page.getByRole('dialog', { name: `${shelf.word} two` })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('table').getByRole('link', { name: 'Videos', exact: true }).click();
  await expect(page).toHaveURL(/\/library\?directoryType=videos$/);
  await expect(page.getByLabel('Directory')).toHaveValue('videos');
});

test('a list that cannot be loaded says so and can be asked for again', async ({ page }) => {
  let broken = true;
  await page.route(/\/api\/media\/videos\?/, (route) =>
    broken ? route.abort('connectionfailed') : route.continue(),
  );
  await page.goto('/library');
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('alert')).toBeHidden();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('every view of the library fits', async ({ page, shelf }) => {
    const long = `${'averylongfilenamewithoutanyspaceinit'.repeat(3)}.mp4`;
    await shelf.put({ [long]: 'carphone.mp4' });
    await shelf.stock({ 'sea.mp4': 'bikes.mp4' });
    await page.goto(`/library?search=${shelf.word}`);
    await expect(page.getByText('2 videos', { exact: true })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: /^Filters/ }).tap();
    await expectNoSidewaysScroll(page);
    await page.getByLabel('Select all on this page').tap();
    await expect(page.getByText('2 videos selected')).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.getByRole('button', { name: 'Clear the selection' }).tap();
    await row(page, 'sea').getByRole('link').first().tap();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Save' })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.goBack();
    await expect(page.getByRole('dialog')).toBeHidden();
    for (const view of ['Duplicates', 'Storage']) {
      await page.getByRole('link', { name: view }).tap();
      await expect(page.locator('.group, .empty, .storage-table').first()).toBeVisible();
      await expectNoSidewaysScroll(page);
    }
  });
});
