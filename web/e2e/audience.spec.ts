import { expect } from '@playwright/test';
import { play, test } from './films';
import { expectFramesToAdvance, expectNoSidewaysScroll } from './journey';
import { choose, row } from './library';

test('from the library to the gallery, watched, voted for, and seen in the analytics', async ({
  page,
  visitor,
  studio,
  films: [, film],
  category,
}) => {
  await test.step('an admin publishes it', async () => {
    await page.goto(`/library?search=${encodeURIComponent(film.title)}`);
    await choose(page, film.title, 'Publish…');
    const dialog = page.getByRole('dialog', { name: `Publish “${film.title}”` });
    await expect(dialog.getByRole('button', { name: 'Publish' })).toBeDisabled();
    await dialog.getByRole('button', { name: category }).click();
    await dialog.getByLabel('Out of the inbox, it moves to').selectOption('Studios');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByText(`published under “${category}”`)).toBeVisible();
    await expect(row(page, film.title).getByText('Published')).toBeVisible();
    await expect(row(page, film.title).getByText('Studios')).toBeVisible();
  });

  await test.step('somebody finds it in the gallery', async () => {
    await expect(async () => {
      await visitor.goto('/');
      await expect(visitor.getByRole('link', { name: 'Sign in' })).toBeVisible();
      await visitor.getByRole('searchbox').fill(film.title);
      await expect(visitor.getByText('1 video', { exact: true })).toBeVisible({ timeout: 4000 });
    }).toPass();
    await expect(visitor).toHaveURL(/\?search=/);
    await visitor.getByRole('link', { name: film.title }).click();
    await expect(visitor).toHaveURL(new RegExp(`/v/${film.id}$`));
  });

  await test.step('it plays', async () => {
    await play(visitor);
    await expectFramesToAdvance(visitor);
  });

  await test.step('a vote shows at once and stays', async () => {
    const vote = visitor.getByRole('button', { name: /^Upvote/ });
    await expect(vote).toHaveAttribute('aria-pressed', 'false');
    const answered = visitor.waitForResponse(/\/upvote$/);
    await vote.click();
    await expect(vote).toHaveAttribute('aria-pressed', 'true');
    expect((await answered).status()).toBe(200);
    await expect(vote).toHaveAccessibleName('Upvote, 1 so far');
    // It plays on until the page goes away, which tells the rest.
    await visitor.reload();
    await expect(vote).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('the view is counted', async () => {
    await expect(async () => {
      await visitor.goto(`/?search=${encodeURIComponent(film.title)}`);
      const card = visitor.getByRole('article').filter({ hasText: film.title });
      await expect(card.getByText(/^2 views$/)).toBeVisible({ timeout: 2000 });
    }).toPass({ timeout: 60_000 });
  });

  await test.step('the analytics show it', async () => {
    await page.goto('/analytics');
    await expect(page.getByRole('heading', { name: 'Top videos' })).toBeVisible();
    await page.goto(`/analytics/${film.id}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(film.title);
    await expect(
      page.getByRole('img', { name: 'Views per day: 2 views in 28 days' }),
    ).toBeVisible();
    const figure = page.getByRole('figure').filter({ hasText: 'Views per day' });
    await figure.getByText('Show as a table').click();
    const today = figure.getByRole('row').last().getByRole('cell');
    await expect(today.nth(0)).toHaveText('2');
    await expect(today.nth(1)).toHaveText(/^[1-9]\d* s$/);
    await expect(page.getByRole('region', { name: 'Where they come from' })).toContainText(
      'This site',
    );
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^analytics-.*\.csv$/);
    await page.getByRole('radio', { name: '7 days' }).check();
    await expect(page).toHaveURL(/days=7/);
    await expect(page.getByRole('img', { name: 'Views per day: 2 views in 7 days' })).toBeVisible();
  });

  await test.step('unpublished, it is gone for everyone', async () => {
    await page.goto(`/library?search=${encodeURIComponent(film.title)}`);
    await choose(page, film.title, 'Unpublish…');
    await page.getByRole('dialog').getByRole('button', { name: 'Unpublish' }).click();
    await expect(row(page, film.title).getByText('Published')).toBeHidden();
    await expect(async () => expect(await studio.listed(category)).not.toContain(film.id)).toPass();
    await visitor.goto(`/v/${film.id}`);
    await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(
      'This video is not available',
    );
  });
});

test('a comment is written, changed, hidden, shown again and deleted', async ({
  page,
  visitor,
  films: [film],
}) => {
  const text = 'The bell at 0:03!\n<b>Not bold</b>';
  await visitor.goto(`/v/${film.id}`);
  const comments = visitor.getByRole('region', { name: /comments?$/ });
  const mine = comments.getByRole('article', { name: 'By Ada' });
  await comments.getByLabel('Add a comment').fill(text);
  await comments.getByLabel(/^Your name/).fill('Ada');
  await comments.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(mine).toContainText('<b>Not bold</b>');
  await expect(mine.getByText('You', { exact: true })).toBeVisible();

  await test.step('its time leads to the moment', async () => {
    await mine.getByRole('button', { name: '0:03' }).click();
    await expect
      .poll(() => visitor.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
      .toBeGreaterThanOrEqual(3);
  });

  await test.step('its author changes it', async () => {
    await mine.getByRole('button', { name: /^More actions/ }).click();
    await visitor.getByRole('menuitem', { name: 'Edit' }).click();
    await mine.getByLabel('Edit your comment').fill('The bell!');
    await mine.getByRole('button', { name: 'Save' }).click();
    await expect(mine.getByText('The bell!', { exact: true })).toBeVisible();
    await expect(mine.getByText('edited')).toBeVisible();
  });

  await test.step('an older one is shown when it is asked for', async () => {
    await page.goto(`/v/${film.id}`);
    await page.getByLabel('Add a comment').fill('Thank you.');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('article', { name: 'By Member' })).toContainText('Thank you.');
    // One comment an answer, so that two are pages.
    await visitor.route(/\/api\/media\/comments\?/, (route) =>
      route.continue({ url: route.request().url().replace('limit=20', 'limit=1') }),
    );
    await visitor.reload();
    await expect(comments.getByRole('article')).toHaveCount(1);
    await comments.getByRole('button', { name: 'Show older comments' }).click();
    await expect(comments.getByRole('article')).toHaveCount(2);
    await expect(comments.getByRole('heading', { name: '2 comments' })).toBeVisible();
    await visitor.unroute(/\/api\/media\/comments\?/);
  });

  await test.step('an admin hides it, and shows it again', async () => {
    const theirs = page.getByRole('article', { name: 'By Ada' });
    await theirs.getByRole('button', { name: /^More actions/ }).click();
    await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeHidden();
    await page.getByRole('menuitem', { name: 'Hide' }).click();
    await expect(theirs.getByText('Hidden from viewers')).toBeVisible();
    await visitor.reload();
    await expect(comments.getByRole('article')).toHaveCount(1);
    await expect(mine).toBeHidden();
    await theirs.getByRole('button', { name: /^More actions/ }).click();
    await page.getByRole('menuitem', { name: 'Show again' }).click();
    await expect(theirs.getByText('Hidden from viewers')).toBeHidden();
  });

  await test.step('its author deletes it', async () => {
    await visitor.reload();
    await mine.getByRole('button', { name: /^More actions/ }).click();
    await visitor.getByRole('menuitem', { name: 'Delete…' }).click();
    await visitor.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect(mine).toBeHidden();
    await visitor.reload();
    await expect(comments.getByRole('heading', { name: '1 comment' })).toBeVisible();
    await expect(mine).toBeHidden();
  });
});

test('reactions are for who is signed in, and mark their moment', async ({
  page,
  visitor,
  films: [film],
}) => {
  await visitor.goto(`/v/${film.id}`);
  await expect(visitor.getByRole('button', { name: /^Love/ })).toBeDisabled();
  await expect(
    visitor.getByRole('group', { name: /^Reactions/ }).getByRole('link'),
  ).toHaveAttribute('href', /^\/sign-in\?to=/);
  await page.goto(`/v/${film.id}?t=2`);
  const love = page.getByRole('button', { name: /^Love/ });
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThanOrEqual(2);
  await love.click();
  await expect(page.getByText('❤️ at 0:02')).toBeVisible();
  await expect(love).toHaveAccessibleName('Love, 1 so far');
  // Twice in the same second is once.
  await love.click();
  await expect(love).toHaveAccessibleName('Love, 1 so far');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(love).toHaveAccessibleName('Love, 0 so far');

  await test.step('a link leads to the moment', async () => {
    await page.getByRole('button', { name: 'Share' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share' });
    await dialog.getByLabel('Start at 0:02').check();
    await expect(dialog.getByLabel('Link to this video')).toHaveValue(
      new RegExp(`/v/${film.id}\\?t=2$`),
    );
  });
});

test('a locked video says so and comes back', async ({ visitor, studio, films: [film] }) => {
  await studio.act(film, 'lock');
  await expect(async () => {
    await visitor.goto(`/v/${film.id}`);
    await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('This video is locked', {
      timeout: 1000,
    });
  }).toPass();
  await studio.act(film, 'unlock');
  await expect(async () => {
    await visitor.reload();
    await expect(visitor.getByRole('heading', { level: 1 })).toHaveText(film.title, {
      timeout: 1000,
    });
  }).toPass();
});

test('the gallery is endless, remembers its place, and says what is wrong', async ({
  visitor,
  studio,
  films,
  category,
}) => {
  await studio.publish(films[1], category);
  // One video an answer, so that two are endless enough.
  let broken = false;
  await visitor.route(/\/api\/media\/public\?/, (route) => {
    if (broken) return route.abort('connectionfailed');
    return route.continue({ url: route.request().url().replace('limit=24', 'limit=1') });
  });
  await visitor.goto(`/?category=${encodeURIComponent(category)}`);
  const cards = visitor.locator('.gallery-grid article');
  await expect(visitor.getByText('2 videos', { exact: true })).toBeVisible();
  await expect(cards).toHaveCount(2);
  await expect(visitor.getByRole('button', { name: 'Show more' })).toBeHidden();
  await expect(visitor.getByRole('link', { name: new RegExp(`^${category}`) })).toHaveAttribute(
    'aria-current',
    'true',
  );

  await test.step('coming back shows the same list without asking again', async () => {
    await cards.last().getByRole('link').click();
    await expect(visitor.locator('.player')).toBeVisible();
    broken = true;
    await visitor.goBack();
    await expect(cards).toHaveCount(2);
  });

  await test.step('a failure says so and can be tried again', async () => {
    await visitor.reload();
    await expect(visitor.getByRole('alert')).toContainText('The server cannot be reached.');
    broken = false;
    await visitor.getByRole('button', { name: 'Try again' }).click();
    await expect(cards).toHaveCount(2);
  });

  await test.step('nothing matches', async () => {
    await visitor.keyboard.press('/');
    await visitor.keyboard.type('no such video at all');
    await expect(visitor.getByRole('heading', { name: 'No video matches' })).toBeVisible();
    await visitor.getByRole('button', { name: 'Show all videos' }).click();
    await expect(visitor).toHaveURL(/\/$/);
  });
  await studio.act(films[1], 'unpublish');
});

test.describe('on a phone', () => {
  test.use({
    viewport: { width: 360, height: 740 },
    contextOptions: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  });

  test('the gallery, a video and the analytics fit', async ({ page, visitor, films: [film] }) => {
    await visitor.goto('/');
    await expect(visitor.locator('.gallery-grid article').first()).toBeVisible();
    await expectNoSidewaysScroll(visitor);
    await visitor.goto(`/v/${film.id}`);
    await visitor.getByLabel('Add a comment').tap();
    await expect(visitor.getByLabel(/^Your name/)).toBeVisible();
    await expectNoSidewaysScroll(visitor);
    for (const path of [`/v/${film.id}`, '/analytics', `/analytics/${film.id}`]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expectNoSidewaysScroll(page);
    }
  });
});
