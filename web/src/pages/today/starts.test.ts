import { expect, test } from 'vitest';

import { capture, captured, release } from './starts';

function shelf(text: string | null = null) {
  let kept = text;
  return { getItem: () => kept, setItem: (_: string, value: string) => void (kept = value) };
}

test('a start waits on the device until the server has it', () => {
  const own = shelf();
  const start = { id: 'a', task: 't1', startedAt: '2026-11-20T08:00:00Z' };
  expect(captured(own)).toEqual([]);
  expect(capture(start, own)).toEqual([start]);
  expect(capture({ ...start, id: 'b' }, own)).toEqual([start]);
  expect(capture({ ...start, id: 'c', task: 't2' }, own)).toHaveLength(2);
  expect(release('a', own).map((one) => one.id)).toEqual(['c']);
  expect(captured(own).map((one) => one.id)).toEqual(['c']);
});

test.each(['{', '{"a": 1}', '[1, {"id": 2}]'])('what cannot be read is not sent: %s', (text) => {
  expect(captured(shelf(text))).toEqual([]);
});
