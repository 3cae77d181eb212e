import { describe, expect, it } from 'vitest';

import { needsOf, nextSteps, STATES } from './life';

describe('steps of a version', () => {
  it('go from draft to force, each to who may take it', () => {
    const everything = ['edit_methodology', 'sign_methodology', 'approve_methodology'] as const;
    const way = STATES.map((state) => nextSteps(state, everything));
    expect(way).toEqual([
      ['check', 'reject'], ['submit', 'reject'], ['sign', 'reject'], ['approve', 'reject'],
      ['schedule', 'activate', 'reject'], ['activate', 'reject'], [], [], [],
    ]);
  });

  it('are not offered to who may not take them', () => {
    expect(nextSteps('in_review', ['edit_methodology'])).toEqual(['reject']);
    expect(nextSteps('in_review', ['sign_methodology'])).toEqual(['sign', 'reject']);
    expect(nextSteps('lawyer_signed', ['view_methodology'])).toEqual([]);
    expect(nextSteps('a state of a later server', ['approve_methodology'])).toEqual([]);
  });

  it('say what they need', () => {
    expect([needsOf('check'), needsOf('approve'), needsOf('reject'), needsOf('schedule')]).toEqual(['nothing', 'may_reason', 'reason', 'day']);
  });
});
