import { act, createElement } from 'react';
import { afterEach, expect, test, vi } from 'vitest';

import type { SignRow } from '../../api/types';
import { draw } from '../../test/pack';
import { useDesk } from './useDesk';

const sign = (id: string): SignRow => ({
  id, object_id: `o${id}`, object_key: id, object_title: '', object_kind: 'parcel', control_kind: 'land', category: 'low', rule: 'r1', rule_title: { ru: 'р', en: 'r' },
  points: 1, priority: 1, opened_at: '2026-11-22T00:00:00Z', state: 'detected',
});

let desk: ReturnType<typeof useDesk>;
function Probe() {
  desk = useDesk({});
  return null;
}
const posts: { id: string; verdict: string }[] = [];

/** Answers the queue with three signs and each decision as told. */
function serve(decision: () => Response) {
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') {
      posts.push((await request.json()) as { id: string; verdict: string });
      return decision();
    }
    const path = new URL(request.url).pathname;
    if (path === '/api/v1/signs') return Response.json({ items: ['a', 'b', 'c'].map(sign), waiting: 3 });
    return Response.json({ items: [], decided_today: 0 });
  });
}
const settle = () => act(() => new Promise<void>((done) => setTimeout(done, 30)));

afterEach(() => {
  posts.length = 0;
  vi.unstubAllGlobals();
});

test('a decision opens the next sign at once and counts down the queue', async () => {
  serve(() => Response.json({}));
  await draw(createElement(Probe));
  await settle();
  expect([desk.current?.id, desk.waiting]).toEqual(['a', 3]);
  await act(async () => desk.decide('confirmed', ''));
  expect(desk.current?.id).toBe('b');
  await settle();
  expect([desk.waiting, desk.last?.state]).toEqual([2, 'done']);
  expect(posts.map(({ verdict }) => verdict)).toEqual(['confirmed']);
});

test('a decision that did not arrive is shown and sent again under the same id', async () => {
  let broken = true;
  serve(() => {
    if (broken) throw new TypeError('offline');
    return Response.json({});
  });
  await draw(createElement(Probe));
  await settle();
  await act(async () => desk.decide('refuted', 'тень'));
  await settle();
  expect(desk.failed).toHaveLength(1);
  broken = false;
  const [failed] = desk.failed;
  if (failed) await act(async () => desk.retry(failed));
  await settle();
  expect(desk.failed).toHaveLength(0);
  expect(posts[0]?.id).toBe(posts[1]?.id);
});

test('a sign that is put aside leaves the queue and the next one opens', async () => {
  serve(() => Response.json({}));
  await draw(createElement(Probe));
  await settle();
  const until = '2026-12-22T00:00:00+03:00';
  const snooze = { id: 's', object_id: 'oa', rule: 'r1', comment: 'c', author: 'a', since: '2026-11-22T00:00:00Z', until };
  await act(async () => desk.putAside(snooze));
  expect([desk.current?.id, desk.items.length, desk.waiting]).toEqual(['b', 2, 2]);
  expect([desk.lastAside?.sign.id, desk.lastAside?.until]).toEqual(['a', until]);
  expect(posts).toHaveLength(0);
});

const refuse = (status: number, code: string) => () =>
  Response.json({ type: 'about:blank', title: 't', status, code, cause: 'c', action: 'a' }, { status });

test('a sign that somebody else decided leaves the queue and is not called recorded', async () => {
  serve(refuse(409, 'SIGN_ALREADY_DECIDED'));
  await draw(createElement(Probe));
  await settle();
  await act(async () => desk.decide('confirmed', ''));
  await settle();
  expect([desk.last?.state, desk.failed.length, posts.length, desk.items.length]).toEqual(['taken', 0, 1, 2]);
});

test.each([[401, 'SESSION_REQUIRED'], [403, 'PERMISSION_DENIED'], [429, 'LOGIN_TOO_OFTEN']])('a decision refused with %i stays failed, however often it is sent', async (status, code) => {
  serve(refuse(status, code));
  await draw(createElement(Probe));
  await settle();
  await act(async () => desk.decide('confirmed', ''));
  await settle();
  const [failed] = desk.failed;
  if (failed) await act(async () => desk.retry(failed));
  await settle();
  expect([desk.failed.map(({ state }) => state), posts.length, desk.waiting]).toEqual([['failed'], 2, 3]);
  expect(posts[0]?.id).toBe(posts[1]?.id);
});
