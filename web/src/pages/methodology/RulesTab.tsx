import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';

import { factsQuery, rulesQuery } from '../../api/queries';
import type { Rule, RuleKind } from '../../api/types';
import { usePack, type PackWords } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { LegalList } from '../../ui/legal';
import { Loading, ProblemView } from '../../ui/states';
import { AskHistories, RuleHistory } from './RuleHistory';

const route = getRouteApi('/shell/methodology');
const KINDS = ['sign', 'criterion', 'indicator', 'good_faith', 'ordering'] as const satisfies readonly RuleKind[];

export function RulesTab() {
  const { t, format } = usePack();
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useQuery(rulesQuery);
  if (rules.isPending) return <Loading />;
  if (rules.isError) return <ProblemView error={rules.error} retry={() => void rules.refetch()} />;
  const chosen = KINDS.find((one) => one === kind);
  const shown = rules.data.items.filter((rule) => chosen === undefined || rule.kinds.includes(chosen));
  const show = (next: RuleKind | undefined) => void navigate({ search: { tab: 'rules', ...(next ? { kind: next } : {}) }, replace: true });
  return (
    <div className="stack">
      <div className="legend" role="group" aria-label={t('methodology.kind')}>
        <button type="button" className="legend-item" aria-pressed={chosen === undefined} onClick={() => show(undefined)}>
          {t('common.all')} <span className="legend-count">{format.number(rules.data.items.length)}</span>
        </button>
        {KINDS.map((one) => (
          <button key={one} type="button" className="legend-item" aria-pressed={chosen === one} onClick={() => show(one)}>
            {t(`terms.rule_kind_${one}`)}{' '}
            <span className="legend-count">{format.number(rules.data.items.filter((rule) => rule.kinds.includes(one)).length)}</span>
          </button>
        ))}
      </div>
      <AskHistories />
      {shown.length === 0 && <p className="faint">{t('methodology.no_rules')}</p>}
      <ul className="stack rules">
        {shown.map((rule) => (
          <li key={rule.id} className="card rule">
            <RuleCard rule={rule} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function RuleCard({ rule }: { rule: Rule }) {
  const words = usePack();
  const { t, say, format } = words;
  const passed = rule.cases.filter((one) => one.passed).length;
  return (
    <details>
      <summary className="rule-summary">
        <span className="rule-title">
          <b>{say(rule.title)}</b>
          <span className="tags">
            <code>{rule.id}</code>
            {rule.kinds.map((kind) => (
              <span key={kind} className="tag">{t(`terms.rule_kind_${kind}`)}</span>
            ))}
          </span>
        </span>
        <span className="rule-figures faint">
          {rule.fired !== null && rule.fired !== undefined && <span>{t('methodology.fired')} {format.number(rule.fired)}</span>}
          <span className={passed === rule.cases.length ? '' : 'tag tag-bad'}>
            {t('methodology.cases_passed', { passed, total: rule.cases.length })}
          </span>
        </span>
      </summary>
      <div className="stack rule-body">
        <Passport rule={rule} words={words} />
        <RuleHistory rule={rule.id} />
        <div>
          <h2>{t('methodology.script')}</h2>
          <pre className="script" tabIndex={0}>{rule.script.trim()}</pre>
        </div>
        {rule.basis.length > 0 && (
          <div>
            <h2>{t('card.legal')}</h2>
            <LegalList references={rule.basis} />
          </div>
        )}
        <Cases rule={rule} />
      </div>
    </details>
  );
}

function Passport({ rule, words }: { rule: Rule; words: PackWords }) {
  const { t, say, format, controlKindShort, objectKind } = words;
  const { data: facts } = useQuery(factsQuery);
  const title = (name: string) => {
    const fact = facts?.items.find((candidate) => candidate.name === name);
    return fact ? say(fact.title) : name;
  };
  const { severity, effective_from: from, effective_to: to } = rule;
  const rows: [string, ReactNode][] = [
    [t('register.control_kind'), rule.control_kinds.map(controlKindShort).join(', ')],
    [t('methodology.applies_to'), rule.object_kinds.length === 0 ? t('common.all') : rule.object_kinds.map(objectKind).join(', ')],
    [t('methodology.reads'), rule.facts.map(title).join('; ')],
  ];
  if (rule.points !== 0) rows.push([t('methodology.points'), format.signed(rule.points, 1)]);
  if (rule.priority !== 0) rows.push([t('methodology.priority'), format.number(rule.priority, 1)]);
  if (rule.floor) rows.push([t('methodology.floor'), <CategoryMark key="floor" category={rule.floor} />]);
  if (severity) {
    rows.push([t('methodology.severity'), severity.effect === 'at_least'
      ? t('methodology.severity_at_least', { group: severity.group })
      : t('methodology.severity_lift', { steps: severity.steps })]);
  }
  if (from) rows.push([t('methodology.effective'), to ? t('methodology.effective_between', { from: format.day(from), to: format.day(to) }) : t('methodology.effective_from', { date: format.day(from) })]);
  const { passport } = rule;
  for (const [name, written] of [
    [t('methodology.protects'), passport.protects],
    [t('methodology.threshold_why'), passport.threshold],
    [t('methodology.exceptions'), passport.exceptions],
    [t('methodology.note'), passport.note],
    [t('methodology.owner'), passport.owner],
  ] as const) if (written) rows.push([name, say(written)]);
  if (passport.review_on) rows.push([t('methodology.review_on'), format.day(passport.review_on)]);
  if (rule.unknown !== null && rule.unknown !== undefined) rows.push([t('methodology.unknown'), format.number(rule.unknown)]);
  return (
    <dl className="passport">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Cases({ rule }: { rule: Rule }) {
  const { t, format } = usePack();
  return (
    <div>
      <h2>{t('methodology.cases')}</h2>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('methodology.cases')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('methodology.case_name')}</th>
              <th scope="col">{t('methodology.case_facts')}</th>
              <th scope="col">{t('methodology.case_expect')}</th>
              <th scope="col">{t('methodology.case_got')}</th>
            </tr>
          </thead>
          <tbody>
            {rule.cases.map((one) => (
              <tr key={one.name}>
                <td>{one.name}</td>
                <td>
                  <code>{one.facts.map((fact) => `${fact.name} = ${fact.value ?? '—'}`).join(', ')}</code>
                </td>
                <td>
                  {t(`terms.state_${one.expect}`)}
                  {one.points !== null && one.points !== undefined ? `, ${t('card.points', { points: format.signed(one.points, 1) })}` : ''}
                </td>
                <td><span className={one.passed ? 'tag tag-good' : 'tag tag-bad'}>{t(`terms.state_${one.got}`)}</span></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
