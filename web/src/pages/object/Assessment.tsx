import type { ReactNode } from 'react';

import type { ControlAssessment, RuleAnswer } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { Basis } from './Basis';
import { Contributions } from './Contributions';
import { RuleAnswers } from './RuleAnswers';
import { Unknown } from './Unknown';
import { WaysDown } from './WaysDown';

interface Props {
  objectId: string;
  assessment: ControlAssessment;
  /** The only kind of control of this object: its name is then a note, not a heading. */
  single: boolean;
}

/** What one kind of control says: the categories side by side, then why. */
export function Assessment({ objectId, assessment, single }: Props) {
  const { t, say, format, controlKind } = usePack();
  const { decision, proposed_category: proposed, probability } = assessment;
  const fired = assessment.rules.filter((rule) => rule.state === 'fired' && !isEmptyOrdering(rule));
  const unknown = assessment.rules.filter((rule) => rule.state === 'unknown');
  return (
    <>
      <section className="card why">
        <p className="faint">{controlKind(assessment.control_kind)}</p>
        <h2>{single ? t('card.why') : `${t('card.why')}: ${controlKind(assessment.control_kind).toLowerCase()}`}</h2>
        <p className="why-summary">{say(assessment.summary)}</p>
        <div className="figures">
          <Figure label={t('card.active')} note={decision ? t('card.decided_by', { number: decision.order_number, date: format.instantDay(decision.decided_at), official: decision.official }) : t('card.not_decided')}>
            <CategoryMark look="chip" category={assessment.active_category} />
          </Figure>
          <Figure label={t('card.by_rules')} note={t('card.by_rules_note', { points: format.number(assessment.points, 1) })}>
            <CategoryMark category={assessment.rule_category} />
          </Figure>
          <Figure label={t('card.proposed')} note={proposed && proposed !== assessment.active_category ? t('card.proposed_note') : t('card.proposed_same')}>
            <CategoryMark category={proposed ?? assessment.category} />
          </Figure>
          <Figure label={t('card.probability')} note={probability === null || probability === undefined ? t('card.probability_none') : t('card.probability_orders')}>
            {probability === null || probability === undefined ? '—' : format.share(probability)}
          </Figure>
        </div>
        <Basis assessment={assessment} />
      </section>
      <section className="card stack-small">
        <h2>{t('card.fired')}</h2>
        {fired.length === 0 ? <p className="faint">{t('card.fired_none')}</p> : <RuleAnswers rules={fired} objectId={objectId} />}
      </section>
      <Unknown rules={unknown} assessment={assessment} />
      {assessment.would_lower.length > 0 && <WaysDown ways={assessment.would_lower} />}
      {assessment.contributions.length > 0 && <Contributions contributions={assessment.contributions} />}
      <p className="faint versions">
        {t('card.as_of', { date: format.instant(assessment.as_of) })} · {t('card.methodology', { hash: assessment.methodology.slice(0, 12) })}
        {assessment.model ? ` · ${t('card.model', { hash: assessment.model.slice(0, 12) })}` : ''} · {t(`terms.role_${assessment.role}`)}
      </p>
    </>
  );
}

/** Tells a rule that only orders work and counted nothing: it fired by the precision of a source, not by this object. */
export function isEmptyOrdering(rule: Pick<RuleAnswer, 'kinds' | 'facts'>): boolean {
  const counted = rule.facts.filter((fact) => fact.value_type === 'integer');
  return rule.kinds.length > 0 && rule.kinds.every((kind) => kind === 'ordering') && counted.length > 0 && counted.every((fact) => Number(fact.value ?? 0) === 0);
}

function Figure({ label, note, children }: { label: string; note: string; children: ReactNode }) {
  return (
    <div className="figure">
      <p className="label">{label}</p>
      <p className="figure-value">{children}</p>
      <p className="faint">{note}</p>
    </div>
  );
}
