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

const DAY = '2026-11-26';
const { DOZOR_E2E_PROGRAM: program, DOZOR_E2E_DATA: data } = process.env;
const dozor = (args, input) => execFileSync(program, [...args, '--data', data], { input, stdio: ['pipe', 'pipe', 'inherit'] });

/** Writes lines of the agreed plan: an on-site check at each object within the month. */
function ingestPlanned(keys) {
  const folder = mkdtempSync(join(tmpdir(), 'dozor-pair-'));
  const file = join(folder, 'planned.csv');
  const lines = keys.map((key, index) => `${index + 1},${key},on_site_check,2025-12-10,2026-11-01,2026-11-30,2025-12-11`);
  writeFileSync(file, ['line_number,object_key,event_kind,agreed_on,held_from,held_to,updated_on', ...lines, ''].join('\n'));
  dozor(['ingest', '--source', 'planned_events', file]);
  rmSync(folder, { recursive: true });
}

test('a visit of two stands on both routes, and in each one’s own day with the name of the other', { timeout: 120_000, skip: program === undefined && 'no program to make logins with' }, async () => {
  let pair;
  await withPage({ login: 'head', viewport: PHONE }, async (page) => {
    const get = async (path) => (await page.request.get(`${BASE}/api/v1${path}`)).json();
    const { items } = await get('/objects?category=high&limit=20');
    ingestPlanned(items.map((one) => one.object_key));

    await open(page, `/plan?date=${DAY}`);
    await page.getByRole('button', { name: 'Спланировать день' }).click();
    await page.locator('.plan-state').getByText('Ждёт утверждения').waitFor();
    const { routes } = await get(`/plans/day/${DAY}`);
    const halves = routes.flatMap(({ inspector, visits }) => visits.filter((visit) => visit.partner).map((visit) => ({ inspector, visit })));
    assert.ok(halves.length >= 2, 'the agreed plan sends two');
    const [first] = halves;
    pair = halves.filter(({ visit }) => visit.object_id === first.visit.object_id);
    assert.deepEqual(pair.map(({ visit }) => visit.partner.name), [pair[1].inspector.name, pair[0].inspector.name]);
    for (const { inspector, visit } of pair) {
      const route = page.locator('.route').filter({ hasText: inspector.name }).filter({ has: page.locator('.stops') });
      const words = route.locator('.stop').filter({ hasText: visit.partner.name });
      if (!(await words.first().isVisible())) await route.locator('summary').first().click();
      assert.match(await words.first().innerText(), /вдвоём/);
    }
    await assertAccessible(page, 'a plan with a visit of two');
    await assertFits(page, 'a plan with a visit of two');
    await page.getByRole('button', { name: 'Утвердить план' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Утвердить план' }).click();
    await page.locator('.notice-good').waitFor();
  });

  for (const [index, { inspector, visit }] of pair.entries()) {
    const login = `pair_${index + 1}`;
    dozor(['user', 'add', '--login', login, '--role', 'inspector', '--staff', inspector.key, '--name', inspector.name], `${process.env.DOZOR_E2E_PASSWORD ?? 'dozor-demo'}\n`);
    await withPage({ login, viewport: PHONE }, async (page) => {
      await open(page, `/today?date=${DAY}`);
      const task = page.locator('.today-task').filter({ hasText: visit.partner.name });
      assert.equal(await task.count(), 1, `${inspector.name} finds the visit in his day`);
      const clock = `${String(Math.floor(visit.start / 60)).padStart(2, '0')}:${String(visit.start % 60).padStart(2, '0')}`;
      assert.match(await task.innerText(), new RegExp(`${clock}[\\s\\S]*вдвоём, (с вами|ведёт) ${visit.partner.name}`));
      await assertFits(page, 'a day with a visit of two');
    });
  }
});
