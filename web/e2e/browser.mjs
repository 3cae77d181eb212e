// What every browser test needs: one Chromium, a page that may talk to one host only, axe, a login.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

/** The server under test, e.g. http://127.0.0.1:8080, with the data of the demo. */
export const BASE = process.env.DOZOR_E2E_URL ?? 'http://127.0.0.1:8090';
const PASSWORD = process.env.DOZOR_E2E_PASSWORD ?? 'dozor-demo';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PHONE = { width: 412, height: 892 };
export const DESKTOP = { width: 1280, height: 860 };
export const SIZES = { phone: PHONE, desktop: DESKTOP };

let browser;
export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.DOZOR_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
}
export async function stop() {
  await browser?.close();
}

/** Runs `work` with a page logged in as `login`; fails on any foreign request and on any error in the page. */
export async function withPage({ login, password = PASSWORD, viewport = DESKTOP, language = 'ru', theme = 'light' }, work) {
  const context = await browser.newContext({ viewport, colorScheme: theme, hasTouch: viewport === PHONE, reducedMotion: 'reduce', acceptDownloads: true, bypassCSP: false });
  const foreign = [];
  const failures = [];
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (/^(data|blob):/.test(url) || new URL(url).origin === new URL(BASE).origin) return route.continue();
    foreign.push(url);
    return route.abort();
  });
  await context.addInitScript((value) => localStorage.setItem('dozor-language', value), language);
  const page = await context.newPage();
  page.on('pageerror', (error) => failures.push(String(error)));
  page.on('console', (message) => {
    // A refused login is a 401 that the browser writes to its console, a phone without a network a lost request; both
    // are part of the tests.
    if (message.type() === 'error' && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(message.text())) failures.push(message.text());
  });
  try {
    if (login !== undefined) await signIn(page, login, password);
    await work(page);
    assert.deepEqual(foreign, [], 'a request left the server under test');
    assert.deepEqual(failures, [], 'the page reported errors');
  } finally {
    await context.close();
  }
}

/** Logs in as a person does, by the form. */
export async function signIn(page, login, password = PASSWORD) {
  await page.goto(`${BASE}/login`);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/login' && url.pathname !== '/');
  await settled(page);
}

/** Asks again until the answer passes or ten seconds are over; returns the last answer. */
export async function eventually(ask, passes) {
  const end = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (passes(answer) || Date.now() > end) return answer;
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Waits until nothing loads and a map, if there is one, is drawn. */
export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.locator('.skeleton, .rows-stale, .map-waits').first().waitFor({ state: 'detached' });
  if ((await page.locator('.map-box').count()) > 0) await page.locator('.map-box[data-idle]').first().waitFor();
}

export async function open(page, path) {
  await page.goto(BASE + path);
  await settled(page);
}

/** From the register to the card of its first row. */
export async function openFirstCard(page) {
  await page.locator('.row:not(.row-head) a').first().click();
  await page.waitForURL(/\/objects\/[0-9a-f]{32}$/);
  await page.locator('.object-head').waitFor();
  await settled(page);
}

/** Fails with axe's own words on any violation of WCAG 2.2 A and AA or of its best practices. */
export async function assertAccessible(page, name) {
  // Through the debugger, not as a script tag: the page's own Content-Security-Policy stays in force.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 5).map(({ html, failureSummary }) => `${html} — ${failureSummary}`) }));
  });
  assert.deepEqual(found, [], `axe on ${name}`);
}

/** A page must not be wider than its screen. */
export async function assertFits(page, name) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(content <= screen, `${name} is ${content} px wide on a screen of ${screen} px`);
}
