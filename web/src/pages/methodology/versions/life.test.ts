import { describe, expect, it } from 'vitest';

import type { Permission } from '../../../api/types';
import { needsOf, nextSteps, STATES, waitsForOthers } from './life';

const of = (state: string, author = 'boris') => ({ state, authors: [{ login: author, name: 'Boris' }] });
const who = (...permissions: Permission[]) => ({ login: 'anna', name: 'Anna', permissions });

describe('steps of a version', () => {
  it('go from draft to force, each to who may take it', () => {
    const everything = who('edit_methodology', 'sign_methodology', 'approve_methodology');
    const way = STATES.map((state) => nextSteps(of(state), everything));
    expect(way).toEqual([
      ['check', 'reject'], ['submit', 'reject'], ['sign', 'reject'], ['approve', 'reject'],
      ['schedule', 'activate', 'reject'], ['activate', 'reject'], [], [], [],
    ]);
  });

  it('are not offered to who may not take them', () => {
    expect(nextSteps(of('in_review'), who('edit_methodology'))).toEqual(['reject']);
    expect(nextSteps(of('in_review'), who('sign_methodology'))).toEqual(['sign', 'reject']);
    expect(nextSteps(of('lawyer_signed'), who('view_methodology'))).toEqual([]);
    expect(nextSteps(of('a state of a later server'), who('approve_methodology'))).toEqual([]);
  });

  it('leave out the judging of what one wrote, under any login', () => {
    const approver = who('edit_methodology', 'approve_methodology');
    const own = of('lawyer_signed', 'anna');
    expect([nextSteps(own, approver), waitsForOthers(own, approver)]).toEqual([['reject'], true]);
    const otherLogin = { state: 'lawyer_signed', authors: [{ login: 'anna2', name: ' anna ' }] };
    expect(nextSteps(otherLogin, approver)).toEqual(['reject']);
    expect(nextSteps(of('draft', 'anna'), approver)).toEqual(['check', 'reject']);
    expect([waitsForOthers(of('draft', 'anna'), approver), waitsForOthers(of('lawyer_signed'), approver)]).toEqual([false, false]);
  });

  it('say what they need', () => {
    expect([needsOf('check'), needsOf('approve'), needsOf('reject'), needsOf('schedule')]).toEqual(['nothing', 'may_reason', 'reason', 'day']);
  });
});
