// Every page of every role, on a phone and on a desktop: accessible, not wider than the screen, no foreign request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, BASE, open, openFirstCard, PHONE, SIZES, start, stop, withPage } from './browser.mjs';

before(start);
after(stop);

const PAGES = {
  inspector: ['/today', '/objects', '/map'],
  desk_analyst: ['/desk', '/objects'],
  methodologist: ['/methodology', '/methodology?tab=facts', '/methodology?tab=policy', '/methodology?tab=model', '/methodology?tab=versions', '/methodology/versions/1', '/methodology/versions/1?tab=changes', '/methodology/versions/1?tab=effect', '/methodology/versions/1?tab=findings', '/methodology/versions/1?tab=files', '/oversight', '/oversight?tab=facts'],
  head: ['/plan', '/plan?view=map', '/plan?view=out', '/plan?date=2026-11-18&view=orders', '/plan?date=2026-11-18&view=tasks', '/plan/year', '/decisions', '/oversight', '/oversight?tab=groups', '/oversight?tab=sources', '/oversight?tab=inspectors', '/oversight?tab=work', '/objects', '/map'],
  administrator: ['/sources', '/sources?tab=deliveries', '/sources?tab=rejects', '/sources?tab=users'],
};

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`the login page is accessible (${size})`, () =>
    withPage({ viewport }, async (page) => {
      await open(page, '/login');
      await assertAccessible(page, 'login');
      await assertFits(page, 'login');
    }));

  for (const [login, paths] of Object.entries(PAGES)) {
    test(`pages of ${login} are accessible and fit (${size})`, { timeout: 240_000 }, () =>
      withPage({ login, viewport }, async (page) => {
        for (const path of paths) {
          await open(page, path);
          await assertAccessible(page, path);
          await assertFits(page, path);
        }
      }));
  }

  test(`an object's card is accessible in the dark and in English (${size})`, { timeout: 120_000 }, () =>
    withPage({ login: 'head', viewport, theme: 'dark', language: 'en' }, async (page) => {
      await open(page, '/objects');
      await openFirstCard(page);
      await page.evaluate(() => document.querySelectorAll('main details').forEach((part) => (part.open = true)));
      await assertAccessible(page, 'card');
      await assertFits(page, 'card');
    }));
}

test('a section that the role may not see says so in words', () =>
  withPage({ login: 'inspector', viewport: PHONE }, async (page) => {
    await open(page, '/decisions');
    assert.match(await page.locator('main h1').innerText(), /не открыт/);
    await assertAccessible(page, 'no permission');
  }));

test('an unknown address has a way back', () =>
  withPage({ login: 'head' }, async (page) => {
    await open(page, '/no/such/page');
    await page.getByRole('link', { name: 'На главную' }).click();
    await page.waitForURL(`${BASE}/plan`);
  }));

test('an unknown object is told apart from a failure', () =>
  withPage({ login: 'head' }, async (page) => {
    await open(page, `/objects/${'0'.repeat(32)}`);
    assert.match(await page.locator('[role=alert]').innerText(), /OBJECT_NOT_FOUND/);
  }));
