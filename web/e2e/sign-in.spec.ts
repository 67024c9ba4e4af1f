import { expect, test, type Page } from '@playwright/test';

const EXPIRED = [
  { alg: 'HS256', typ: 'JWT' },
  { sub: 'somebody', role: 'SUPER_ADMIN', exp: 1_600_000_000 },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')
  .concat('.signature');

/** As in AWS: nobody hands out tokens. */
async function withoutDevelopmentTokens(page: Page) {
  await page.route('**/dev/token', (route) => route.fulfill({ status: 404 }));
}

test('without a development token a pasted one signs in', async ({ page }) => {
  const token = process.env.ADMIN_TOKEN;
  if (!token) throw new Error('ADMIN_TOKEN is missing: load .local/stack.env.');
  await withoutDevelopmentTokens(page);
  await page.goto('/upload');
  const field = page.getByLabel('Access token');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText('Paste a token first.');
  await field.fill('rubbish');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('This is not a token.');
  await field.fill(EXPIRED);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('has expired');
  await field.fill(`Bearer ${token}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Upload video' })).toBeVisible();
});

test('a token in the address signs in and leaves the address', async ({ page }) => {
  await withoutDevelopmentTokens(page);
  await page.goto(`/upload#token=${process.env.ADMIN_TOKEN}`);
  await expect(page.getByRole('heading', { name: 'Upload video' })).toBeVisible();
  await expect(page).toHaveURL(/\/upload$/);
});

test('a token that the API refuses asks for another', async ({ page }) => {
  await withoutDevelopmentTokens(page);
  const forged = `${process.env.ADMIN_TOKEN?.split('.').slice(0, 2).join('.')}.AAAA`;
  await page.goto(`/watch/01890000-0000-7000-8000-000000000000#token=${forged}`);
  await expect(page.getByRole('alert')).toContainText('Your sign-in is no longer accepted.');
  await expect(page.getByLabel('Access token')).toBeVisible();
});

test('an expired token is not even sent', async ({ page }) => {
  await withoutDevelopmentTokens(page);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`/upload#token=${EXPIRED}`);
  await expect(page.getByRole('alert')).toContainText('Your sign-in has expired.');
  expect(asked.filter((path) => /^\/(api|media-files)/.test(path))).toEqual([]);
});
