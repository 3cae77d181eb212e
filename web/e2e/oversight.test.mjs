// What a manager keeps an eye on, and a person's request for another category.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertAccessible, assertFits, eventually, open, openFirstCard, PHONE, settled, start, stop, withPage } from './browser.mjs';

before(start);
after(stop);

const tabs = (page) => page.getByRole('tab').allInnerTexts();

test('the head sees inspectors at equal risk; the methodologist sees the rest', { timeout: 180_000 }, async () => {
  await withPage({ login: 'head' }, async (page) => {
    await open(page, '/oversight');
    await page.getByRole('heading', { name: 'Год проверок' }).waitFor({ timeout: 120_000 });
    assert.equal((await tabs(page)).length, 7);
    await page.getByRole('tab', { name: 'Инспекторы' }).click();
    await page.getByRole('columnheader', { name: 'Мероприятий' }).waitFor();
    assert.ok((await page.locator('tbody tr').count()) > 1, 'inspectors are listed');
    await assertAccessible(page, 'inspectors');
    await page.getByRole('tab', { name: 'Работа и сроки' }).click();
    await page.getByRole('heading', { name: 'Что сгорит за неделю' }).waitFor({ timeout: 120_000 });
    await assertAccessible(page, 'work and terms');
  });
  await withPage({ login: 'methodologist', viewport: PHONE }, async (page) => {
    await open(page, '/oversight?tab=groups');
    await page.getByRole('heading', { name: 'Вид правообладателя' }).waitFor({ timeout: 120_000 });
    const shown = await tabs(page);
    assert.ok(!shown.includes('Инспекторы') && !shown.includes('Работа и сроки'), 'what is said of people is for managers');
    await assertFits(page, 'groups on a phone');
  });
});

test('agreement of two looks is shown, and the head alone may settle where they differ', { timeout: 120_000 }, async () => {
  await withPage({ login: 'head' }, async (page) => {
    await open(page, '/oversight?tab=looks');
    await page.getByRole('heading', { name: 'Повторные прочтения признаков' }).waitFor();
    assert.equal(await page.getByText(/Каппа Коэна/).count(), 2, 'of readings and of visits');
    await page.getByRole('button', { name: 'Разрешить расхождение' }).first().click();
    await page.locator('input[name=look_comment]').waitFor();
    await assertAccessible(page, 'agreement');
  });
  await withPage({ login: 'methodologist', viewport: PHONE }, async (page) => {
    await open(page, '/oversight?tab=looks');
    await page.getByRole('heading', { name: 'Повторные прочтения признаков' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Разрешить расхождение' }).count(), 0);
    await assertFits(page, 'agreement on a phone');
  });
});

test('the head enters a request, reads the drafted reply and refuses', { timeout: 120_000 }, () =>
  withPage({ login: 'head' }, async (page) => {
    await open(page, '/objects');
    await openFirstCard(page);
    const form = page.locator('details', { hasText: 'Внести заявление' });
    await form.locator('summary').click();
    await form.locator('input[name=request_reference]').fill('ВХ-77');
    await form.locator('input[name=request_filed_on]').fill('2026-11-02');
    await form.getByRole('button', { name: 'Внести', exact: true }).click();
    await page.getByRole('button', { name: 'Подготовить ответ' }).click();
    assert.equal(await page.getByRole('button', { name: 'Дать ответ' }).count(), 0, 'no verdict is taken for granted');
    await page.locator('select[name=verdict]').selectOption('refused');
    await page.locator('.reply').first().waitFor();
    assert.match(await page.locator('.reply').first().innerText(), /На заявление № ВХ-77 от 02\.11\.2026[^]*отказано/);
    await assertAccessible(page, 'the reply');
    await page.getByRole('button', { name: 'Дать ответ: отказано' }).click();
    await settled(page);
    const tag = page.locator('.tag', { hasText: 'отказано' });
    assert.equal(await eventually(() => tag.count(), (count) => count === 1), 1);
    await page.getByRole('button', { name: 'Показать похожие' }).click();
    await page.locator('.similar li').first().waitFor({ timeout: 60_000 });
    assert.equal(await page.locator('.similar li').count(), 5);
  }));

test('the head sees the next year before it begins and asks for more inspectors', { timeout: 180_000 }, async () => {
  await withPage({ login: 'head' }, async (page) => {
    await open(page, '/plan');
    await page.getByRole('link', { name: 'План на год' }).click();
    await page.getByRole('heading', { name: 'Спрос и время по месяцам' }).waitFor({ timeout: 120_000 });
    assert.equal(await page.getByRole('region', { name: 'Спрос и время по месяцам' }).locator('tbody tr').count(), 12);
    await page.getByRole('button', { name: 'На одного больше' }).click();
    await page.getByRole('columnheader', { name: 'Станет' }).waitFor({ timeout: 60_000 });
    assert.match(page.url(), /more=1/);
    await assertAccessible(page, 'long-range plan');
  });
  await withPage({ login: 'head', viewport: PHONE }, async (page) => {
    await open(page, '/plan/year?period=2027-1');
    await page.getByRole('heading', { name: 'Загрузка подразделений' }).waitFor({ timeout: 120_000 });
    await assertFits(page, 'long-range plan on a phone');
  });
});
