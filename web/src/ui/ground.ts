import type { Ground } from '../api/types';
import type { PackWords } from '../app/pack';

/** Says in a sentence why work on an object may be done. */
export function groundText(ground: Ground, { t, rule, format }: PackWords): string {
  switch (ground.ground) {
    case 'sign':
      return t(ground.confirmed ? 'terms.ground_sign_confirmed' : 'terms.ground_sign_unsure', { rule: rule(ground.rule) });
    case 'frequency': {
      const every = t('common.days', { count: ground.every_days });
      return ground.days_since === null || ground.days_since === undefined
        ? t('terms.ground_frequency_never', { every })
        : t('terms.ground_frequency', { every, since: t('common.days', { count: ground.days_since }) });
    }
    case 'prescription_overdue':
      return t('terms.ground_prescription', { days: t('common.days', { count: ground.days }) });
    case 'mandatory_visit':
      return t(ground.after_visit ? 'terms.ground_mandatory_visit' : 'terms.ground_mandatory_visit_decision', {
        days: t('common.days', { count: ground.days }),
        every: t('common.days', { count: ground.every_days }),
      });
    case 'planned':
      return t('terms.ground_planned', { number: ground.number, from: format.day(ground.from), to: format.day(ground.to) });
    case 'indicator':
      return ground.consent === null || ground.consent === undefined
        ? t('terms.ground_indicator', { rule: rule(ground.rule) })
        : t('terms.ground_indicator_consent', { rule: rule(ground.rule), consent: ground.consent });
    case 'drawn':
      return t('terms.ground_drawn');
    case 'second_visit':
      return t('terms.ground_second_visit');
  }
}

/** The reasons of a category without its name, which stands beside them as a mark. */
export function reasonsOf(why: string, category: string): string {
  const head = `${category}: `;
  if (!why.startsWith(head)) return why;
  const rest = why.slice(head.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
