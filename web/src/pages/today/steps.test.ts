import { expect, test } from 'vitest';

import { keepStep, keptSteps, releaseStep } from './steps';

function shelf(text: string | null = null) {
  let kept = text;
  return { getItem: () => kept, setItem: (_: string, value: string) => void (kept = value) };
}

test('steps wait in their order, each once, until the server has them', () => {
  const own = shelf();
  const step = { id: 'a', task: 't1', capturedAt: '2026-11-20T08:00:00Z', wish: { step: 'accept' as const } };
  expect(keepStep(step, own)).toEqual([step]);
  expect(keepStep({ ...step, id: 'b' }, own)).toEqual([step]);
  keepStep({ ...step, id: 'c', wish: { step: 'depart' } }, own);
  keepStep({ ...step, id: 'd', task: 't2' }, own);
  expect(keptSteps(own).map((one) => one.id)).toEqual(['a', 'c', 'd']);
  expect(releaseStep('a', own).map((one) => one.id)).toEqual(['c', 'd']);
});

test.each(['{', '{"a": 1}', '[1, {"id": "x", "task": "t", "capturedAt": "now"}]'])('what cannot be read is not sent: %s', (text) => {
  expect(keptSteps(shelf(text))).toEqual([]);
});
