import type { Visit } from '../api/types';
import type { PackWords } from '../app/pack';

type TaskState = NonNullable<Visit['task_state']>;

/** Says what became of a task that is no longer to be done, and why; nothing of an open one. */
export function endedText(state: TaskState | null | undefined, reason: string | null | undefined, { t }: Pick<PackWords, 't'>): string | undefined {
  if (state === 'closed') return t('plan.task_closed');
  if (state === 'no_access') return t('plan.task_in_vain');
  if (state === 'impossible') return t('plan.task_impossible');
  if (state === 'deferred') return t('plan.task_deferred', { reason: reason ?? '' });
  if (state !== 'returned' && state !== 'cancelled') return undefined;
  if (reason === 'in_vain') return t('plan.task_in_vain');
  if (reason === 'prosecutor_refused') return t('plan.task_prosecutor_refused');
  if (reason === 'no_result') return t('plan.task_no_result');
  if (reason === 'unrecorded') return t('plan.task_unrecorded');
  if (reason === 'moved_to_another' || reason === 'called_off' || reason === 'gave_way') return t(`plan.task_${reason}`);
  return reason ? t('plan.task_taken_back', { reason }) : t('plan.task_returned');
}

/** Tells whether a task is still to be carried out. */
export function isOpen(state: TaskState | null | undefined): boolean {
  return isWaiting(state) || state === 'en_route' || state === 'on_site' || state === 'reported' || state === 'checked_by_head';
}

/** Tells whether nobody has begun a task yet. */
export function isWaiting(state: TaskState | null | undefined): boolean {
  return state === 'generated' || state === 'in_unit' || state === 'assigned' || state === 'accepted';
}

/** Says with whom a visit is made that takes two. */
export function partnerText(partner: NonNullable<Visit['partner']>, { t }: Pick<PackWords, 't'>): string {
  return t(partner.leads ? 'common.partner_leads' : 'common.partner_along', { name: partner.name });
}
