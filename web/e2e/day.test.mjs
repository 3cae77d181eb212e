// An approved day goes on: orders are issued, the gate is asked, visits begin, the day is changed. The demo's own day, so
// these come after the tests that plan and approve others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, BASE, DESKTOP, eventually, open, openFirstCard, PHONE, settled, start, stop, withPage } from './browser.mjs';

before(start);
after(stop);

const DAY = '2026-11-18';
const tasksOf = async (page) => (await (await page.request.get(`${BASE}/api/v1/tasks/day?date=${DAY}`)).json()).tasks;

test('the head signs and issues an order, step by step', { timeout: 120_000 }, () =>
  withPage({ login: 'head', viewport: PHONE }, async (page) => {
    await open(page, `/plan?date=${DAY}`);
    const waits = page.getByRole('link', { name: /ещё не выдан/ });
    await waits.click();
    await page.waitForURL(/view=orders/);
    const order = page.locator('.order').filter({ has: page.getByRole('button', { name: 'Подписать' }) }).first();
    const number = (await order.locator('b').innerText()).match(/\d{4}\/\d{6}/)[0];
    const same = page.locator('.order').filter({ hasText: number });
    await same.getByRole('button', { name: 'Подписать' }).click();
    const dialog = page.getByRole('alertdialog');
    const sign = dialog.getByRole('button', { name: 'Подписать' });
    assert.ok(await sign.isDisabled(), 'it takes papers');
    await dialog.locator('input[type=file]').setInputFiles({ name: 'order.pdf', mimeType: 'application/pdf', buffer: Buffer.from('поручение') });
    await dialog.locator('textarea').fill('MIIB');
    await assertFits(page, 'the papers of a step');
    await sign.click();
    await same.getByText('Подписано', { exact: true }).waitFor();
    await same.getByRole('button', { name: 'Выдать' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Выдать' }).click();
    await same.getByText('Выдано', { exact: true }).waitFor();
    await assertAccessible(page, 'orders');
    await assertFits(page, 'orders');
  }));

test('«why not this one?» is answered by a key', { timeout: 120_000 }, () =>
  withPage({ login: 'head', viewport: PHONE }, async (page) => {
    await open(page, `/plan?date=${DAY}&view=out`);
    const row = page.locator('.left-out-row');
    const asked = row.last();
    const key = (await asked.locator('.faint').first().innerText()).split(' ')[0];
    await page.getByLabel('Почему не этот?').fill(key);
    await page.waitForURL(/text=/);
    await eventually(() => row.count(), (count) => count <= 2);
    assert.match(await row.first().innerText(), new RegExp(key.replaceAll('.', '\\.')));
    await page.getByLabel('Почему не этот?').fill('нет такого');
    await page.getByText('Такого объекта среди не вошедших нет').waitFor();
    await assertAccessible(page, 'left out');
    await assertFits(page, 'left out');
  }));

test('the gate answers on the card, and another question takes its answer away', { timeout: 120_000 }, () =>
  withPage({ login: 'head', viewport: DESKTOP }, async (page) => {
    await open(page, '/objects?category=low');
    await openFirstCard(page);
    const gate = page.locator('details').filter({ has: page.locator('select[name=gate_event]') });
    await gate.locator('summary').click();
    assert.equal(await gate.locator('input[name=gate_date]').inputValue(), DAY, 'today is asked for until another day is');
    await gate.locator('select[name=gate_event]').selectOption('on_site_check');
    await gate.locator('select[name=gate_ground]').selectOption('own_norm');
    await gate.getByRole('button', { name: 'Спросить' }).click();
    await gate.getByText('Нельзя').waitFor();
    assert.match(await gate.getByRole('status').innerText(), /ст\. \d+/, 'a refusal names its article');
    await gate.locator('select[name=gate_ground]').selectOption('harm');
    await gate.getByRole('button', { name: 'Спросить' }).click();
    await gate.getByText('В данных такого основания на этот день нет').waitFor();
    await assertAccessible(page, 'the gate');
    await gate.locator('select[name=gate_event]').selectOption('field_survey');
    await gate.getByRole('status').waitFor({ state: 'detached' });
  }));

test('the inspector begins a visit on the phone; a start of another day is refused in words and told to the head', { timeout: 120_000 }, async () => {
  await withPage({ login: 'inspector', viewport: PHONE }, async (page) => {
    await open(page, `/today?date=${DAY}`);
    const first = page.locator('.today-task').first();
    const button = first.getByRole('button', { name: 'Начать' });
    const box = await button.boundingBox();
    assert.ok(box && box.height >= 44, 'a finger hits it');
    await button.tap();
    await first.getByText('Начат', { exact: true }).waitFor();
    await page.reload();
    await settled(page);
    await first.getByText('Начат', { exact: true }).waitFor();

    const task = (await tasksOf(page)).at(-1);
    const said = await page.request.post(`${BASE}/api/v1/tasks/${task.id}/start`, { headers: { origin: BASE }, data: { id: crypto.randomUUID(), started_at: '2026-11-19T08:00:00Z' } });
    assert.equal((await said.json()).outcome, 'refused');
    await page.reload();
    await settled(page);
    await page.locator('.today-task').last().getByText('поручение на другой день').waitFor();
    await assertAccessible(page, 'a refused start');
    await assertFits(page, 'a refused start');
  });
  await withPage({ login: 'head' }, async (page) => {
    await open(page, `/plan?date=${DAY}`);
    assert.match(await page.locator('.plan-state .notice-bad').innerText(), /поручение на другой день/);
  });
});

test('the inspector takes a task, reports it without a network, and the head reads the report', { timeout: 120_000 }, async () => {
  let key;
  await withPage({ login: 'inspector', viewport: PHONE }, async (page) => {
    await open(page, '/today');
    const ready = (await tasksOf(page)).findIndex((task) => task.next.includes('accept'));
    assert.ok(ready >= 0, 'a task waits for him');
    key = (await tasksOf(page))[ready].object_key;
    const task = page.locator('.today-task').nth(ready);
    const say = (name) => task.getByRole('button', { name, exact: true });
    await say('Принять').tap();
    await say('Выехать').waitFor();
    assert.equal(await say('Принять').count(), 0, 'it is taken once');
    await say('Выехать').tap();
    await task.getByText('В пути', { exact: true }).waitFor();
    await assertAccessible(page, 'steps of a task');
    await assertFits(page, 'steps of a task');

    await page.context().setOffline(true);
    await say('Начать').tap();
    await task.getByText(/Записано, отправим/).waitFor();
    await say('нарушений нет').tap();
    const waits = task.getByRole('status').locator('li');
    assert.deepEqual((await waits.allInnerTexts()).map((one) => one.split(',')[0]), ['Начать', 'нарушений нет'], 'both words wait in their order');
    await page.context().setOffline(false);
    await task.getByText(/Доложено: нарушений нет/).waitFor();
    assert.equal(await task.getByRole('button').count(), 0, 'nothing is left to say');
  });
  await withPage({ login: 'head', viewport: PHONE }, async (page) => {
    await open(page, `/plan?date=${DAY}&view=tasks`);
    const line = page.locator('.task-line').filter({ hasText: `${key} ·` });
    await line.getByText('доложена', { exact: true }).waitFor();
    await line.getByRole('button', { name: 'Доклад прочитан' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Доклад прочитан' }).click();
    await line.getByText('доклад прочитан', { exact: true }).waitFor();
    await assertAccessible(page, 'tasks of a day');
    await assertFits(page, 'tasks of a day');
  });
});

test('the head hands a visit to another inspector of the unit', { timeout: 120_000 }, () =>
  withPage({ login: 'head', viewport: PHONE }, async (page) => {
    await open(page, `/plan?date=${DAY}`);
    const change = page.locator('.change-day');
    await change.locator('summary').first().click();
    const what = change.getByLabel('Передать другому инспектору отдела');
    const to = change.getByLabel('Кому передать');
    // Not everybody may take every visit: the first that somebody may is handed over.
    const visits = await what.locator('option').evaluateAll((all) => all.slice(1).map((one) => one.value));
    assert.ok(visits.length > 0, 'visits are left that somebody else could make');
    let taker;
    for (const visit of visits.slice(0, 8)) {
      await what.selectOption(visit);
      const [, next] = await to.locator('option').all();
      taker = await next.innerText();
      await to.selectOption({ index: 1 });
      await change.getByRole('button', { name: 'Показать, что изменится' }).click();
      const shown = change.locator('.change-items li').first().or(change.getByRole('alert'));
      await shown.first().waitFor();
      if ((await change.getByRole('alert').count()) === 0) break;
      assert.match(await change.getByRole('alert').innerText(), /Передать нельзя/, 'a refusal says what it is about');
      await change.getByRole('button', { name: 'Не менять' }).click();
      taker = undefined;
    }
    assert.ok(taker, 'somebody of the unit may take a visit');
    const moved = change.locator('section section').filter({ has: page.getByRole('heading', { name: /^Другой инспектор/ }) });
    assert.match(await moved.innerText(), new RegExp(`→ ${taker}`));
    await assertAccessible(page, 'handing over');
    await assertFits(page, 'handing over');
  }));

test('the head sees what an absence would change, and applies what was shown', { timeout: 120_000 }, () =>
  withPage({ login: 'head', viewport: PHONE }, async (page) => {
    await open(page, `/plan?date=${DAY}`);
    const change = page.locator('.change-day');
    await change.locator('summary').first().click();
    const show = change.getByRole('button', { name: 'Показать, что изменится' });
    assert.ok(await show.isDisabled(), 'nothing has happened yet');
    const absent = change.getByLabel('Кого дальше нет');
    const name = (await absent.locator('option').last().innerText()).trim();
    await absent.selectOption({ label: name });
    await show.click();
    await change.locator('.change-items li').first().waitFor();
    const shown = await change.innerText();
    assert.match(shown, /Выпадают|Другой инспектор/);
    assert.match(shown, new RegExp(name), 'it says whose visits they were');
    await assertAccessible(page, 'the difference');
    await assertFits(page, 'the difference');

    await change.getByRole('button', { name: 'Применить изменения' }).click();
    const dialog = page.getByRole('alertdialog');
    const apply = dialog.getByRole('button', { name: 'Применить изменения' });
    assert.ok(await apply.isDisabled(), 'it takes a reason');
    await dialog.getByRole('textbox').fill('болен');
    await apply.click();
    await page.getByText(/Остаток дня перепланирован .*болен/).waitFor();
    const left = await eventually(() => page.locator('.route').filter({ hasText: name }).locator('.stop').count(), (count) => count === 0);
    assert.equal(left, 0, 'nothing is left to the one who is away');
  }));
