// A visit that takes two, from the agreed plan of the year to each one's own day. It needs the command line beside the
// server: who the two are is known only when the day is planned, and their logins are made then.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, BASE, open, PHONE, start, stop, withPage } from './browser.mjs';

before(start);
after(stop);

// Two go for hours where one surveys many: they find the time once what is quicker has been given out.
const DAYS = ['2026-11-26', '2026-11-27', '2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-07'];
const PASSWORD = 'dozor-demo-pair';
const { DOZOR_E2E_PROGRAM: program, DOZOR_E2E_DATA: data } = process.env;
const dozor = (args, input) => execFileSync(program, [...args, '--data', data], { input, stdio: ['pipe', 'pipe', 'inherit'] });

/** Writes lines of the agreed plan: an on-site check at each object before the end of the year. */
function ingestPlanned(keys) {
  const folder = mkdtempSync(join(tmpdir(), 'dozor-pair-'));
  const file = join(folder, 'planned.csv');
  const lines = keys.map((key, index) => `${index + 1},${key},on_site_check,2025-12-10,2026-11-01,2026-12-30,2025-12-11`);
  writeFileSync(file, ['line_number,object_key,event_kind,agreed_on,held_from,held_to,updated_on', ...lines, ''].join('\n'));
  dozor(['ingest', '--source', 'planned_events', file]);
  rmSync(folder, { recursive: true });
}

/** Plans days, and gives out those without a visit of two, until there is one; returns its day and both halves. */
async function planPair(page) {
  const post = async (path, data) => (await page.request.post(`${BASE}/api/v1/plans${path}`, { headers: { origin: BASE }, data })).json();
  for (const date of DAYS) {
    const { id } = await post('', { date });
    const { routes } = await (await page.request.get(`${BASE}/api/v1/plans/day/${date}`)).json();
    const halves = routes.flatMap(({ inspector, visits }) => visits.filter((visit) => visit.partner).map((visit) => ({ inspector, visit })));
    if (halves.length > 0) return { date, pair: halves.filter(({ visit }) => visit.object_id === halves[0].visit.object_id) };
    await post(`/${id}/approval`, {});
  }
  return { date: undefined, pair: [] };
}

test('a visit of two stands on both routes, and in each one’s own day with the name of the other', { timeout: 120_000, skip: program === undefined && 'no program to make logins with' }, async () => {
  let date;
  let pair;
  await withPage({ login: 'head', viewport: PHONE }, async (page) => {
    const { items } = await (await page.request.get(`${BASE}/api/v1/objects?category=high,extremely_high&limit=200`)).json();
    ingestPlanned([...new Set(items.map((one) => one.object_key))]);
    ({ date, pair } = await planPair(page));
    assert.equal(pair.length, 2, 'the agreed plan sends two');
    assert.deepEqual(pair.map(({ visit }) => visit.partner.name), [pair[1].inspector.name, pair[0].inspector.name]);
    await open(page, `/plan?date=${date}`);
    for (const { inspector, visit } of pair) {
      const route = page.locator('.route').filter({ has: page.locator('.route-name b', { hasText: inspector.name }) });
      const words = route.locator('.stop').filter({ hasText: visit.partner.name });
      if ((await route.locator('details[open]').count()) === 0) await route.locator('summary').first().click();
      assert.match(await words.innerText(), /вдвоём/);
    }
    await assertAccessible(page, 'a plan with a visit of two');
    await assertFits(page, 'a plan with a visit of two');
    await page.getByRole('button', { name: 'Утвердить план' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Утвердить план' }).click();
    await page.locator('.notice-good').waitFor();
  });

  for (const [index, { inspector, visit }] of pair.entries()) {
    const login = `pair_${index + 1}`;
    dozor(['user', 'add', '--login', login, '--role', 'inspector', '--staff', inspector.key, '--name', inspector.name], `${PASSWORD}\n`);
    await withPage({ login, password: PASSWORD, viewport: PHONE }, async (page) => {
      await open(page, `/today?date=${date}`);
      const task = page.locator('.today-task').filter({ hasText: visit.partner.name });
      assert.equal(await task.count(), 1, `${inspector.name} finds the visit in his day`);
      const clock = `${String(Math.floor(visit.start / 60)).padStart(2, '0')}:${String(visit.start % 60).padStart(2, '0')}`;
      assert.match(await task.innerText(), new RegExp(`${clock}[\\s\\S]*вдвоём, (с вами|ведёт) ${visit.partner.name}`));
      await assertFits(page, 'a day with a visit of two');
    });
  }
});
