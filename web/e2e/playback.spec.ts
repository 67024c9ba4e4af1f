import { expect } from '@playwright/test';
import { expectFramesToAdvance, test, uploadToReady } from './journey';

const SEGMENTS = /\/segments\//;

test('expired addresses are renewed, and a lasting failure says so', async ({ page }) => {
  const id = await uploadToReady(page, 'bikes.mp4');
  const play = page.getByRole('button', { name: 'Play', exact: true }).first();

  await test.step('segments whose addresses have expired are asked for anew', async () => {
    let refused = 0;
    let renewals = 0;
    page.on('request', (request) => {
      if (refused > 0 && request.url().endsWith(`/media-files/${id}`)) renewals += 1;
    });
    await page.route(SEGMENTS, (route) => {
      if (renewals > 0) return route.continue();
      refused += 1;
      return route.fulfill({ status: 403, body: 'Request has expired' });
    });
    await page.goto(`/watch/${id}`);
    await play.click();
    await expectFramesToAdvance(page);
    await expect(page.getByRole('alert')).toBeHidden();
    expect(renewals).toBe(1);
  });

  await test.step('a failure that renewing does not mend ends in a sentence', async () => {
    await page.unroute(SEGMENTS);
    await page.route(SEGMENTS, (route) => route.fulfill({ status: 403 }));
    await page.goto(`/watch/${id}`);
    await expect(page.getByRole('alert')).toContainText('You may not watch this video now');
  });

  await test.step('trying again plays', async () => {
    await page.unroute(SEGMENTS);
    await page.getByRole('button', { name: 'Try again' }).click();
    await play.click();
    await expectFramesToAdvance(page);
  });
});

test('a video that does not exist says so', async ({ page }) => {
  await page.goto('/watch/01890000-0000-7000-8000-000000000000');
  await expect(page.getByRole('alert')).toHaveText(/\.$/);
  await expect(page.getByRole('link', { name: 'Go to Upload' })).toBeVisible();
});
