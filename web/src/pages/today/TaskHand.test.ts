import { act, createElement } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import type { TaskItem } from '../../api/types';
import { draw } from '../../test/pack';
import { TaskHand } from './TaskHand';
import { useSending } from './useOutbox';

const both = (text: string) => ({ ru: text, en: text });
const task: TaskItem = {
  id: 't1', number: 1, object_id: 'o1', object_key: 'k1', object_title: 'Дом', object_kind: 'parcel', control_kind: 'land', category: 'low', event_kind: 'field_survey',
  ground: { kind: 'chance' } as unknown as TaskItem['ground'], why: both('почему'), arrive: 600, start: 600, end: 660, travel: 10, location: { lat: 55, lon: 37 }, by_video: false,
  order_number: '2026/000001', order_state: 'issued', state: 'assigned', start_refusals: [], next: ['accept', 'start', 'no_access'], results: [{ code: 'nothing', title: both('Нарушений нет') }],
};
function Day() {
  useSending();
  return createElement(TaskHand, { task, isNext: true });
}

const posts: { path: string; body: { id: string; started_at?: string; captured_at?: string; wish?: { step: string } } }[] = [];
let isOnline = false;
const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 30)));
const press = async (page: HTMLElement, name: string) => {
  const button = [...page.querySelectorAll('button')].find((one) => one.textContent === name);
  await act(async () => button?.click());
  await settle();
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('without a network a visit is begun and reported; both go in their order, with their hours, when there is one', async () => {
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!isOnline) throw new TypeError('no network');
    const body = (await request.json()) as (typeof posts)[number]['body'];
    posts.push({ path: new URL(request.url).pathname, body });
    return Response.json(body.wish ? { id: body.id, outcome: 'done', state: 'reported' } : { outcome: 'begun', refusals: [], started_at: body.started_at });
  });
  const page = await draw(createElement(Day));
  await press(page, 'Начать');
  expect(page.textContent).toContain('Записано, отправим, когда появится связь:Начать, ');
  await press(page, 'Нарушений нет');
  expect(page.querySelectorAll('button')).toHaveLength(0);
  expect(page.querySelectorAll('[role=status] li')).toHaveLength(2);

  isOnline = true;
  const later = Date.now() + 60_000;
  vi.spyOn(Date, 'now').mockReturnValue(later);
  await act(async () => window.dispatchEvent(new Event('online')));
  await settle();
  expect(posts.map(({ path, body }) => [path, body.wish?.step])).toEqual([['/api/v1/tasks/t1/start', undefined], ['/api/v1/tasks/t1/steps', 'report']]);
  expect(posts.every(({ body }) => body.started_at ?? body.captured_at)).toBe(true);
  expect(page.querySelector('[role=status]')).toBeNull();
});
