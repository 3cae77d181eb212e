import type { FactValue, RuleAnswer } from '../../api/types';
import { usePack } from '../../app/pack';
import { LegalList } from '../../ui/legal';
import { RuleSnooze } from './RuleSnooze';

/** Rules that fired: wording and evidence first, the facts and the law one tap away. */
export function RuleAnswers({ rules, objectId }: { rules: readonly RuleAnswer[]; objectId: string }) {
  const { t, say, format } = usePack();
  return (
    <ul className="entries">
      {rules.map((rule) => {
        const counts = rule.kinds.some((kind) => kind === 'criterion' || kind === 'good_faith');
        const sign = rule.kinds.includes('sign');
        return (
          <li key={rule.rule} className="stack-small">
            <div className="rule-head">
              <h3>{say(rule.title)}</h3>
              {counts && rule.points !== 0 && <span className="rule-points">{t('card.points', { points: format.signed(rule.points, 1) })}</span>}
            </div>
            {rule.said ? <p>{say(rule.said)}</p> : rule.evidence ? <p>{say(rule.evidence)}</p> : null}
            {rule.said && rule.evidence && <p className="faint">{t('desk.compared', { evidence: say(rule.evidence) })}</p>}
            <p className="tags">
              {rule.kinds.map((kind) => (
                <span key={kind} className="tag">
                  {t(`terms.rule_kind_${kind}`)}
                </span>
              ))}
              {sign && !counts && rule.points !== 0 && <span className="faint">{t('card.points_sign', { points: format.number(rule.points, 1) })}</span>}
            </p>
            <FactsAndLaw rule={rule} />
            {sign && <RuleSnooze rule={rule} objectId={objectId} />}
          </li>
        );
      })}
    </ul>
  );
}

export function FactsAndLaw({ rule }: { rule: RuleAnswer }) {
  const { t } = usePack();
  return (
    <details>
      <summary>{t('card.show_facts')}</summary>
      <div className="stack-small details-body">
        <FactTable facts={rule.facts} />
        {rule.basis.length > 0 && (
          <div>
            <p className="label">{t('card.legal')}</p>
            <LegalList references={rule.basis} />
          </div>
        )}
      </div>
    </details>
  );
}

/** Facts with values, sources and dates; a missing one says so. The roles stay when a phone lays rows out as blocks. */
export function FactTable({ facts }: { facts: readonly FactValue[] }) {
  const { t, say, format } = usePack();
  if (facts.length === 0) return null;
  return (
    <table role="table" className="facts">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{t('card.fact')}</th>
          <th role="columnheader" scope="col">{t('card.value')}</th>
          <th role="columnheader" scope="col">{t('card.source')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {facts.map((fact) => {
          const missing = fact.value === null || fact.value === undefined;
          return (
            <tr role="row" key={fact.name}>
              <td role="cell">{say(fact.title)}</td>
              <td role="cell" className={missing ? 'missing' : ''}>{format.fact(fact, say)}</td>
              <td role="cell" className="faint">
                {fact.source ? say(fact.source) : '—'}
                {fact.source_date ? `, ${format.day(fact.source_date)}` : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
