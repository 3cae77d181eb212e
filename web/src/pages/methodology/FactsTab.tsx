import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { factsQuery, methodologyQuery } from '../../api/queries';
import type { Fact } from '../../api/types';
import { usePack } from '../../app/pack';
import type { TextKey, Translate } from '../../i18n';
import { methodology } from '../../i18n/texts/methodology';
import { Loading, ProblemView } from '../../ui/states';

/** The way a fact is made, in words; a kind of a later version by its code. */
function factKind(kind: string, t: Translate): string {
  const key = `kind_${kind}`;
  return key in methodology ? t(`methodology.${key}` as TextKey) : kind;
}

/** The fact catalogue: what each is, where from, what missing means, what it may be used for. */
export function FactsTab() {
  const { t, say, format, language } = usePack();
  const facts = useQuery(factsQuery);
  const { data: methodology } = useSuspenseQuery(methodologyQuery);
  const [text, setText] = useState('');
  if (facts.isPending) return <Loading />;
  if (facts.isError) return <ProblemView error={facts.error} retry={() => void facts.refetch()} />;
  const page = `/api/v1/methodology/versions/${methodology.version}/catalogue?language=${language}`;
  const wanted = text.trim().toLowerCase();
  const shown = facts.data.items.filter((fact) => wanted === '' || `${fact.name} ${fact.title.ru} ${fact.title.en}`.toLowerCase().includes(wanted));
  return (
    <div className="stack">
      <div className="fact-head">
        <label className="field fact-search">
          <span className="label">{t('methodology.search_facts')}</span>
          <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <a className="button" href={page} download={`facts-${methodology.version}.md`}>{t('methodology.facts_page')}</a>
      </div>
      <div className="card scroll-x" tabIndex={0} role="region" aria-label={t('methodology.tab_facts')}>
        <table className="fact-table">
          <thead>
            <tr>
              <th scope="col">{t('card.fact')}</th>
              <th scope="col">{t('methodology.fact_kind')}</th>
              <th scope="col">{t('methodology.fact_source')}</th>
              <th scope="col">{t('methodology.fact_missing')}</th>
              <th scope="col">{t('methodology.fact_uses')}</th>
              <th scope="col" className="number">{t('methodology.fact_known')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((fact) => (
              <tr key={fact.name}>
                <td>
                  {say(fact.title)}
                  {fact.unit ? <span className="faint">, {say(fact.unit)}</span> : null}
                  <br />
                  <code className="faint">{fact.name}</code>
                  <FactDetails fact={fact} />
                </td>
                <td data-label={t('methodology.fact_kind')}>{factKind(fact.kind, t)}</td>
                <td data-label={t('methodology.fact_source')}>{fact.source ? say(fact.source) : '—'}</td>
                <td data-label={t('methodology.fact_missing')}>{t(fact.missing === 'zero' ? 'methodology.missing_zero' : 'methodology.missing_unknown')}</td>
                <td data-label={t('methodology.fact_uses')}>
                  {fact.uses.map((use) => t(`methodology.use_${use}`)).join(', ')}
                  {fact.actionable && <p className="faint">{t('methodology.fact_actionable')}</p>}
                  {fact.proxy && <p className="notice">{t('methodology.fact_proxy')}</p>}
                </td>
                <td className="number" data-label={t('methodology.fact_known')}>{fact.known_share === null || fact.known_share === undefined ? '—' : format.share(fact.known_share)}</td>
              </tr>
            ))}
            {shown.length === 0 && (
              <tr>
                <td colSpan={6}>{t('methodology.no_facts')}</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** What a methodologist asks of a fact before he uses it: how it is made, when it is missing, which way it points. */
function FactDetails({ fact }: { fact: Fact }) {
  const { t, say, rule } = usePack();
  return (
    <details>
      <summary>{t('methodology.fact_details')}</summary>
      <div className="stack-small details-body">
        {fact.note && <p>{say(fact.note)}</p>}
        <p>{say(fact.gives)}</p>
        <p className="faint">{t('methodology.fact_missing_when', { when: say(fact.missing_when) })}</p>
        {fact.risk && <p className="faint">{t(`methodology.risk_${fact.risk}` as TextKey)}</p>}
        <ul className="fact-definition">
          {fact.definition.map((one) => (
            <li key={one.key}><code>{one.key} = {one.value}</code></li>
          ))}
        </ul>
        {fact.rules.length > 0 && <p className="faint">{t('methodology.fact_rules', { rules: fact.rules.map(rule).join('; ') })}</p>}
      </div>
    </details>
  );
}
