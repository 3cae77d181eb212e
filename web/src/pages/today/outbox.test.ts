import { expect, test } from 'vitest';

import { makeOutbox, read, type Answer, type Captured, type Said } from './outbox';

const KEY = 'dozor.said';
const DONE: Answer = { outcome: 'done', refusals: [] };

function shelfOf(text: string | null = null) {
  let kept = text;
  return { getItem: () => kept, setItem: (_: string, value: string) => void (kept = value) };
}
const word = (id: string, step: 'accept' | 'depart' | 'start', task = 't1', login = 'p'): Captured => ({
  id, login, task, capturedAt: '2026-11-20T08:00:00Z', said: { step } as Said,
});

/** A server that answers as told, and the order in which it heard words. */
function post(answer: (one: Captured) => Promise<Answer> = () => Promise.resolve(DONE), shelf = shelfOf()) {
  const sent: string[] = [];
  const outbox = makeOutbox({
    shelf,
    deliver: (one) => {
      sent.push(one.id);
      return answer(one);
    },
    isFinal: (error) => error === 'final',
    isCutOff: (error) => error === 'offline',
  });
  return { outbox, sent, shelf, kept: () => read(shelf).map((one) => one.id) };
}

test('words are sent in their order, each once, however often sending is asked for', async () => {
  const { outbox, sent, kept } = post();
  outbox.keep(word('a', 'accept'));
  outbox.keep(word('b', 'start'));
  outbox.keep(word('c', 'start'));
  outbox.keep(word('d', 'start', 't2'));
  await Promise.all([outbox.send('p'), outbox.send('p')]);
  await outbox.send('p');
  expect(sent).toEqual(['a', 'b', 'd']);
  expect(kept()).toEqual([]);
  expect(outbox.state().heard.get('t1')).toEqual({ step: 'start', answer: DONE });
});

test('without a network everything waits, and goes under the same ids when there is one', async () => {
  let isOnline = false;
  const { outbox, sent, kept } = post(() => (isOnline ? Promise.resolve(DONE) : Promise.reject('offline')));
  for (const one of [word('a', 'accept'), word('b', 'start', 't2')]) outbox.keep(one);
  await outbox.send('p');
  expect([sent, kept()]).toEqual([['a'], ['a', 'b']]);
  isOnline = true;
  await outbox.send('p');
  expect([sent, kept()]).toEqual([['a', 'a', 'b'], []]);
});

test('after a failure that may pass, the task waits with all that follows, and other tasks go on', async () => {
  const { outbox, sent, kept } = post((one) => (one.task === 't1' ? Promise.reject('busy') : Promise.resolve(DONE)));
  for (const one of [word('a', 'accept'), word('b', 'start'), word('c', 'start', 't2')]) outbox.keep(one);
  await outbox.send('p');
  expect([sent, kept()]).toEqual([['a', 'c'], ['a', 'b']]);
  expect(outbox.state().heard.get('t1')).toEqual({ step: 'accept', error: 'busy' });
});

test('a final refusal is let go of and told', async () => {
  const { outbox, sent, kept } = post((one) => (one.id === 'a' ? Promise.reject('final') : Promise.resolve(DONE)));
  for (const one of [word('a', 'accept'), word('b', 'start', 't2')]) outbox.keep(one);
  await outbox.send('p');
  expect([sent, kept()]).toEqual([['a', 'b'], []]);
  expect(outbox.state().heard.get('t1')).toEqual({ step: 'accept', error: 'final' });
});

test('what is said while others are on their way goes along', async () => {
  const { outbox, sent } = post((one) => {
    if (one.id === 'a') outbox.keep(word('b', 'start'));
    return Promise.resolve(DONE);
  });
  outbox.keep(word('a', 'accept'));
  await outbox.send('p');
  expect(sent).toEqual(['a', 'b']);
  expect(outbox.state().isSending).toBe(false);
});

test('nobody sends the words of another who had the phone before', async () => {
  const { outbox, sent, kept } = post();
  outbox.keep(word('a', 'accept', 't1', 'q'));
  outbox.keep(word('b', 'accept'));
  await outbox.send('p');
  expect([sent, kept()]).toEqual([['b'], ['a']]);
});

test('what the device kept before the page was opened is sent', async () => {
  const { outbox, sent } = post(undefined, shelfOf(JSON.stringify([word('a', 'start'), { id: 'no word' }])));
  expect(outbox.state().kept.map((one) => one.id)).toEqual(['a']);
  await outbox.send('p');
  expect(sent).toEqual(['a']);
});

test('what the device cannot keep is not said to be kept', () => {
  const full = { getItem: () => null, setItem: () => { throw new Error('full'); } };
  const { outbox } = post(undefined, full);
  outbox.keep(word('a', 'start'));
  expect(outbox.state().kept).toEqual([]);
  expect(outbox.state().heard.get('t1')).toMatchObject({ step: 'start', error: new Error('full') });
});

test.each(['{', '{"a": 1}', '[1, {"id": "x", "login": "p", "task": "t", "capturedAt": "now"}]'])('what cannot be read is not sent: %s', (text) => {
  expect(read({ getItem: (key) => (key === KEY ? text : null), setItem: () => undefined })).toEqual([]);
});
