/** Steps of an order: who may take which, which papers each asks for, and the call that carries them. */
import type { OrderItem, OrderStep, OrderWish, Permission } from '../../api/types';

/** What a person types for a step. */
export interface OrderPapers {
  document: string;
  sha256: string;
  signature: string;
  number: string;
  way: string;
  on: string;
  until: string;
  reason: string;
}
export type PaperField = keyof OrderPapers;

/** Steps that people take; the others are the program's. */
type HandStep = OrderWish['step'];

const FIELDS: Record<HandStep, readonly PaperField[]> = {
  request_approval: ['document', 'sha256'],
  agree: ['document', 'sha256', 'on'],
  refuse: ['document', 'sha256', 'on'],
  sign: ['document', 'sha256', 'signature'],
  register: ['number', 'on'],
  issue: [],
  notify: ['way', 'number', 'on'],
  extend: ['until', 'reason'],
  close: [],
  revoke: ['reason'],
};
const PAPERS_OF_OTHERS: readonly OrderStep[] = ['request_approval', 'agree', 'refuse', 'register', 'notify'];

export function byHand(step: OrderStep): step is HandStep {
  return step in FIELDS;
}

/** Tells whether a person with these permissions may take a step. */
export function mayTake(step: OrderStep, may: (permission: Permission) => boolean): boolean {
  return byHand(step) && may(PAPERS_OF_OTHERS.includes(step) ? 'register_orders' : 'sign_orders');
}

export function fieldsOf(step: OrderStep): readonly PaperField[] {
  return byHand(step) ? FIELDS[step] : [];
}

export function isReady(step: OrderStep, papers: OrderPapers): boolean {
  return fieldsOf(step).every((field) => (field === 'sha256' ? /^[0-9a-f]{64}$/i.test(papers.sha256.trim()) : papers[field].trim() !== ''));
}

/** Makes the call's body of what was typed. */
export function wishOf(step: HandStep, papers: OrderPapers): OrderWish {
  const document = { number: papers.document, sha256: papers.sha256 };
  switch (step) {
    case 'request_approval':
      return { step, document };
    case 'agree':
    case 'refuse':
      return { step, document, on: papers.on };
    case 'sign':
      return { step, document, signature: papers.signature };
    case 'register':
      return { step, number: papers.number, on: papers.on };
    case 'notify':
      return { step, way: papers.way, number: papers.number, on: papers.on };
    case 'extend':
      return { step, until: papers.until, reason: papers.reason };
    case 'revoke':
      return { step, reason: papers.reason };
    case 'issue':
    case 'close':
      return { step };
  }
}

/** The colour of a state always stands with its word. */
export function stateMark(state: OrderItem['state']): string {
  if (state === 'prosecutor_refused' || state === 'revoked') return 'tag-bad';
  return ['issued', 'extended', 'executed', 'closed'].includes(state) ? 'tag-good' : 'tag-warn';
}
