// A rule is changed: drafted by the methodologist, signed by the lawyer, agreed by whoever the gate asks. Nothing comes
// into force, so that the other tests find the city as it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, BASE, eventually, open, PHONE, settled, start, stop, withPage } from './browser.mjs';

before(start);
after(stop);

const RULE = 'rules/prior_violations.rhai';
const CASES = 'rules/prior_violations.cases.toml';
let address;

async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator('[role=status].notice-good').waitFor({ timeout: 60_000 });
  await settled(page);
}

const state = (page) => page.locator('.page-head .tag').innerText();

test('the methodologist changes a rule and sees what differs and who moves', { timeout: 240_000 }, () =>
  withPage({ login: 'methodologist' }, async (page) => {
    await open(page, '/methodology/versions/2?tab=files');
    await page.locator('select[name=file]').selectOption(RULE);
    const field = page.locator('textarea[name=text]');
    const text = await field.inputValue();
    const heavier = text.replace('points = 18', 'points = 24').replace('{ 18 }', '{ 24 }').replace('{ 14 }', '{ 20 }').replace('else { 8 }', 'else { 16 }');
    assert.notEqual(heavier, text, 'the rule of the demo is the one that this test knows');
    await field.fill(heavier);
    await page.getByRole('button', { name: 'Сделать черновик новой версии' }).click();
    await page.waitForURL(/versions\/\d+\?tab=changes/);
    await settled(page);
    address = new URL(page.url()).pathname;
    assert.match(await state(page), /Черновик/);
    assert.match(await page.locator('main').innerText(), /points[\s\S]*18[\s\S]*24/);
    // Its cases say the old points: they are changed in the draft itself.
    await page.getByRole('tab', { name: 'Тексты' }).click();
    await page.locator('select[name=file]').selectOption(CASES);
    const cases = page.locator('textarea[name=text]');
    const old = await cases.inputValue();
    await cases.fill(old.replaceAll('points = 18', 'points = 24').replace('points = 14', 'points = 20').replaceAll('points = 8', 'points = 16'));
    await page.getByRole('button', { name: 'Сохранить черновик' }).click();
    await page.waitForURL(/tab=changes/);
    await settled(page);
    address = new URL(page.url()).pathname;
    await page.getByRole('tab', { name: 'Что изменится' }).click();
    await page.locator('.version-sum').waitFor({ timeout: 120_000 });
    const [moved, all] = (await page.locator('.version-sum').innerText()).match(/\d[\d\s]*/g).map((number) => Number(number.replace(/\D/g, '')));
    assert.ok(moved > 0 && moved < all, `${moved} of ${all}`);
    const rows = await page.locator('.moved li').count();
    assert.ok(rows >= moved || rows === 500, `${rows} rows for ${moved} objects`);
    assert.match(await page.locator('.moved li').first().innerText(), /нарушени/, 'the rule that moved it is named');
    await page.getByRole('tab', { name: 'Ход' }).click();
    await press(page, 'Проверить');
    await press(page, 'Передать юристу');
    assert.equal(await eventually(() => state(page), (now) => now === 'У юриста'), 'У юриста');
  }));

test('the lawyer signs and the methodologist may not approve his own work', { timeout: 120_000 }, async () => {
  await withPage({ login: 'lawyer', viewport: PHONE }, async (page) => {
    await open(page, address);
    await press(page, 'Подписать основания');
    assert.equal(await eventually(() => state(page), (now) => now === 'Ждёт одобрения'), 'Ждёт одобрения');
    await assertAccessible(page, 'a version on a phone');
    await assertFits(page, 'a version on a phone');
  });
  await withPage({ login: 'methodologist' }, async (page) => {
    await open(page, address);
    await page.getByText('Вы автор этой версии').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Одобрить', exact: true }).count(), 0, 'nobody is offered to approve his own work');
  });
});

test('the head rejects the version with a reason, which stays on record', { timeout: 120_000 }, () =>
  withPage({ login: 'head' }, async (page) => {
    await open(page, address);
    const reject = page.getByRole('button', { name: 'Отклонить', exact: true });
    assert.ok(await reject.isDisabled(), 'a rejection needs a reason');
    await page.locator('input[name=reason]').fill('Баллы не обоснованы');
    await reject.click();
    assert.equal(await eventually(() => state(page), (now) => now === 'Отклонена'), 'Отклонена');
    assert.match(await page.locator('.entries').innerText(), /Отклонена[\s\S]*Баллы не обоснованы/);
    await open(page, '/methodology?tab=versions');
    assert.match(await page.locator('.versions').innerText(), /Отклонена[\s\S]*Действует/);
  }));

test('the methodologist takes a decision table from a sheet into a draft', { timeout: 120_000 }, () =>
  withPage({ login: 'methodologist' }, async (page) => {
    const { version } = await page.evaluate(() => fetch('/api/v1/methodology').then((answer) => answer.json()));
    await open(page, `/methodology/versions/${version}?tab=files`);
    await page.getByText('Загрузить таблицу решений из Excel или CSV').click();
    const send = page.getByRole('button', { name: 'Загрузить таблицу', exact: true });
    assert.ok(await send.isDisabled(), 'a file is needed');
    const sheet = (text) => page.locator('input[name=sheet_file]').setInputFiles({ name: 'Weights 2027.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await sheet('from;points\n5;1\n4;2\n');
    assert.equal(await page.locator('input[name=table]').inputValue(), 'weights_2027');
    await send.click();
    await page.locator('.problem, [role=alert]').first().waitFor();
    await assertAccessible(page, 'the form of a table');
    await sheet('from;points\n0;1\n10;2,5\n');
    await send.click();
    await page.waitForURL(/versions\/\d+\?tab=changes/);
    await settled(page);
    assert.match(await page.locator('main').innerText(), /tables\/weights_2027\.csv/);
    // The draft is given up: the city stays as the other tests know it.
    await page.getByRole('tab', { name: 'Ход' }).click();
    await page.locator('[name=reason]').fill('проба');
    // A rejected version has no next step, and the notice goes with the form: the state is what stays.
    await page.getByRole('button', { name: 'Отклонить', exact: true }).click();
    assert.equal(await eventually(() => state(page), (now) => now === 'Отклонена'), 'Отклонена');
  }));

test('what outcomes say of a rule and of its numbers is worked out when asked for', { timeout: 120_000 }, () =>
  withPage({ login: 'methodologist' }, async (page) => {
    await open(page, '/methodology');
    await page.getByRole('button', { name: 'Посчитать по результатам за три года' }).click();
    await page.getByText('В карточках правил показано').waitFor({ timeout: 60_000 });
    const rule = page.locator('details', { has: page.locator('summary code', { hasText: /^prior_violations$/ }) });
    await rule.locator('summary').first().click();
    const row = rule.locator('.thresholds [aria-current=true]').first();
    await row.waitFor();
    assert.match(await row.innerText(), /^1\s+\d+\s+\d/);
    await assertAccessible(page, 'a rule with its history');
  }));

test('from the card of an object a sign is put aside and brought back', { timeout: 120_000 }, () =>
  withPage({ login: 'desk_analyst' }, async (page) => {
    const queue = await page.evaluate(() => fetch('/api/v1/signs?limit=1').then((answer) => answer.json()));
    await open(page, `/objects/${queue.items[0].object_id}`);
    await page.getByText('Отложить признак на этом объекте').first().click();
    await page.locator('input[name=snooze_comment]').first().fill('Ждём новый пролёт');
    await page.getByRole('button', { name: 'Отложить', exact: true }).first().click();
    await page.getByText(/^Отложено до/).waitFor();
    await assertAccessible(page, 'a card with a sign put aside');
    await page.getByRole('button', { name: 'Вернуть в очередь' }).click();
    await page.getByText(/^Отложено до/).waitFor({ state: 'detached' });
  }));

test('the analyst puts a sign aside until a day, with a comment', { timeout: 120_000 }, () =>
  withPage({ login: 'desk_analyst' }, async (page) => {
    await open(page, '/desk');
    const sign = async () => `${await page.locator('.evidence-head h2').innerText()} ${await page.locator('.evidence-object').innerText()}`;
    const first = await sign();
    await page.keyboard.press('5');
    const send = page.getByRole('button', { name: 'Отложить', exact: true });
    assert.ok(await send.isDisabled(), 'a comment is needed');
    await page.locator('input[name=snooze_comment]').fill('Ждём новый пролёт');
    await assertAccessible(page, 'the form to put a sign aside');
    await send.click();
    await page.getByText(/^Отложен, вернётся/).waitFor();
    assert.notEqual(await sign(), first, 'the next sign opens');
    await open(page, '/desk');
    assert.notEqual(await sign(), first, 'it does not wait any more');
    assert.equal(new URL(page.url()).origin, new URL(BASE).origin);
  }));
