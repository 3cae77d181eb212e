/** Which steps a version may take next, and who may take them. The server decides; the page offers no step that it would refuse. */
import type { MethodologyVersion, Permission, Session } from '../../../api/types';
import type { components } from '../../../api/schema';

export type VersionAction = components['schemas']['VersionAction'];

export const STATES = ['draft', 'checked', 'in_review', 'lawyer_signed', 'approved', 'scheduled', 'active', 'superseded', 'rejected'] as const;
export type VersionState = (typeof STATES)[number];

const ACTIONS = ['check', 'submit', 'sign', 'approve', 'schedule', 'activate', 'reject'] as const satisfies readonly VersionAction[];

const POWER: Record<VersionAction, readonly Permission[]> = {
  check: ['edit_methodology'],
  submit: ['edit_methodology'],
  sign: ['sign_methodology'],
  approve: ['approve_methodology'],
  schedule: ['approve_methodology'],
  activate: ['approve_methodology'],
  reject: ['edit_methodology', 'sign_methodology', 'approve_methodology'],
};

const NEXT: Record<VersionState, readonly VersionAction[]> = {
  draft: ['check', 'reject'],
  checked: ['submit', 'reject'],
  in_review: ['sign', 'reject'],
  lawyer_signed: ['approve', 'reject'],
  approved: ['activate', 'schedule', 'reject'],
  scheduled: ['activate', 'reject'],
  active: [],
  superseded: [],
  rejected: [],
};

export function isState(text: string): text is VersionState {
  return (STATES as readonly string[]).includes(text);
}

/** Steps that judge the work: no author takes them. */
const JUDGING: readonly VersionAction[] = ['sign', 'approve'];

type Judged = Pick<MethodologyVersion, 'state' | 'authors'>;
type Judge = Pick<Session, 'login' | 'name' | 'permissions'>;

const plain = (text: string) => text.trim().split(/\s+/).join(' ').toLowerCase();

/** Tells whether a person wrote this version, under whichever login. */
export function isAuthor({ authors }: Judged, { login, name }: Judge): boolean {
  return authors.some((author) => plain(author.login) === plain(login) || (plain(name) !== '' && plain(author.name) === plain(name)));
}

function powers({ state }: Judged, { permissions }: Judge): VersionAction[] {
  if (!isState(state)) return [];
  const may = (action: VersionAction) => POWER[action].some((power) => permissions.includes(power));
  return ACTIONS.filter((action) => NEXT[state].includes(action) && may(action));
}

/** The steps that this person may take from this state, in the order of their life. */
export function nextSteps(version: Judged, person: Judge): VersionAction[] {
  const steps = powers(version, person);
  return isAuthor(version, person) ? steps.filter((action) => !JUDGING.includes(action)) : steps;
}

/** Tells that the next step would be this person's, had he not written the version himself. */
export function waitsForOthers(version: Judged, person: Judge): boolean {
  return isAuthor(version, person) && powers(version, person).some((action) => JUDGING.includes(action));
}

/** What a step needs beside itself. */
export function needsOf(action: VersionAction): 'nothing' | 'reason' | 'may_reason' | 'day' {
  if (action === 'reject') return 'reason';
  if (action === 'approve') return 'may_reason';
  return action === 'schedule' ? 'day' : 'nothing';
}
