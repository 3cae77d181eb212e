import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { ruleHistoriesQuery } from '../../api/queries';
import type { RuleHistory as History, VersionShare } from '../../api/types';
import { usePack } from '../../app/pack';
import { Loading, ProblemLine } from '../../ui/states';

/** Asks what outcomes of three years say of all rules: it reads the whole portfolio, so only when somebody wants it. */
export function AskHistories() {
  const { t } = usePack();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(() => queries.getQueryData(ruleHistoriesQuery.queryKey) !== undefined);
  const histories = useQuery({ ...ruleHistoriesQuery, enabled: asked });
  if (histories.data) return <p className="faint" role="status">{t('methodology.history_shown')}</p>;
  if (histories.isError) {
    return (
      <div className="stack-small">
        <ProblemLine error={histories.error} />
        <p><button type="button" className="button" onClick={() => void histories.refetch()}>{t('methodology.history_ask')}</button></p>
      </div>
    );
  }
  if (asked) return <Loading />;
  return <p><button type="button" className="button" onClick={() => setAsked(true)}>{t('methodology.history_ask')}</button></p>;
}

/** What outcomes say of one rule and of its numbers; nothing until it was asked for. */
export function RuleHistory({ rule }: { rule: string }) {
  const { t, format } = usePack();
  const { data } = useQuery({ ...ruleHistoriesQuery, enabled: false });
  const history = data?.items.find((one) => one.rule === rule);
  if (!history) return null;
  const share = (one: VersionShare | null | undefined) =>
    one ? t('methodology.history_share', { value: format.share(one.value), low: format.share(one.low), high: format.share(one.high) }) : '—';
  return (
    <div className="stack-small rule-history">
      <h2>{t('methodology.history')}</h2>
      <dl className="passport">
        <div><dt>{t('methodology.history_fired')}</dt><dd>{format.number(history.fired)}</dd></div>
        <div><dt>{t('methodology.history_confirmed')}</dt><dd>{share(history.confirmed)}</dd></div>
        <div><dt>{t('methodology.history_otherwise')}</dt><dd>{share(history.otherwise)}</dd></div>
        <div><dt>{t('methodology.history_annulled')}</dt><dd>{share(history.annulled)}</dd></div>
      </dl>
      {history.thresholds.map((threshold, index) => (
        <Threshold key={`${threshold.line}-${threshold.written}-${index}`} threshold={threshold} share={share} />
      ))}
    </div>
  );
}

interface ThresholdProps {
  threshold: History['thresholds'][number];
  share: (one: VersionShare | null | undefined) => string;
}

/** Why a number is what it is: what it and numbers around it would have found. */
function Threshold({ threshold, share }: ThresholdProps) {
  const { t, format } = usePack();
  const title = t('methodology.threshold', { written: threshold.written });
  return (
    <div className="stack-small">
      <p>{title} <code className="faint">{threshold.line}</code></p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={title}>
        <table className="thresholds">
          <thead>
            <tr>
              <th scope="col">{t('methodology.threshold_were')}</th>
              <th scope="col" className="number">{t('methodology.threshold_fired')}</th>
              <th scope="col" className="number">{t('methodology.history_confirmed')}</th>
            </tr>
          </thead>
          <tbody>
            {threshold.steps.map((step) => (
              <tr key={step.written} aria-current={step.written === threshold.written ? 'true' : undefined}>
                <th scope="row">{step.written}</th>
                <td className="number">{format.number(step.fired)}</td>
                <td className="number">{share(step.confirmed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
