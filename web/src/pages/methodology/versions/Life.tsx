import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { client, ProblemError, take } from '../../../api/client';
import { objectCountsQuery } from '../../../api/queries';
import type { MethodologyVersion } from '../../../api/types';
import { usePack, useSession } from '../../../app/pack';
import type { TextKey } from '../../../i18n';
import { versions as texts } from '../../../i18n/texts/versions';
import { Confirm } from '../../../ui/Confirm';
import { ProblemLine } from '../../../ui/states';
import { personName } from './person';
import { foundText } from './problems';
import { needsOf, nextSteps, waitsForOthers, type VersionAction } from './life';

/** The steps that are open to this person, and those that were taken, with who and when. */
export function Life({ version }: { version: MethodologyVersion }) {
  const { t, format } = usePack();
  const session = useSession();
  const steps = nextSteps(version, session);
  const said = (step: string) => {
    const key = `step_${step}`;
    return key in texts ? t(`versions.${key}` as TextKey) : step;
  };
  return (
    <div className="stack">
      {waitsForOthers(version, session) && <p className="notice">{t('versions.author_waits')}</p>}
      {steps.length > 0 && <NextSteps version={version} steps={steps} />}
      <section className="card stack-small">
        <h2>{t('versions.steps')}</h2>
        {version.steps.length === 0 && <p className="faint">{t('versions.no_steps')}</p>}
        <ol className="entries">
          {version.steps.map((step, index) => (
            <li key={`${step.at}-${index}`}>
              <p><b>{said(step.step)}</b> <span className="faint">{personName(step.by, t)}, {format.instantDay(step.at)}</span></p>
              {step.reason && <p>{step.reason}</p>}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

function NextSteps({ version, steps }: { version: MethodologyVersion; steps: readonly VersionAction[] }) {
  const { t } = usePack();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [day, setDay] = useState('');
  const [activating, setActivating] = useState(false);
  const taken = useMutation({
    mutationFn: (step: VersionAction) =>
      take(client.POST('/api/v1/methodology/versions/{version}/steps', {
        params: { path: { version: version.hash } },
        body: { step, reason: reason.trim(), ...(step === 'schedule' ? { from: day } : {}) },
      })),
    onSuccess: () => setReason(''),
    onSettled: () => void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' }),
  });
  const lacks = (step: VersionAction) => {
    const needs = needsOf(step);
    return (needs === 'reason' && reason.trim() === '') || (needs === 'day' && day === '');
  };
  const needs = steps.map(needsOf);
  const done = taken.data;
  return (
    <form className="card stack-small" onSubmit={(event: FormEvent) => event.preventDefault()}>
      <h2>{t('versions.next')}</h2>
      {taken.isError && <Refusal error={taken.error} />}
      {done && (
        <div className="notice notice-good" role="status">
          <p>{done.agreed ? t('versions.step_done') : t('versions.not_agreed')}{done.gate ? ` ${t(gateText(done.gate))}` : ''}</p>
          {done.warnings.length > 0 && (
            <details>
              <summary>{t('versions.warnings', { count: done.warnings.length })}</summary>
              <ul className="bullets">{done.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
            </details>
          )}
        </div>
      )}
      {(needs.includes('reason') || needs.includes('may_reason')) && (
        <label className="field">
          <span className="label">{t(needs.includes('may_reason') ? 'versions.reason_agree' : 'versions.reason_reject')}</span>
          <input name="reason" value={reason} maxLength={1000} autoComplete="off" onChange={(event) => setReason(event.target.value)} />
        </label>
      )}
      {needs.includes('day') && (
        <label className="field">
          <span className="label">{t('versions.from')}</span>
          <input name="from" type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        </label>
      )}
      <div className="version-steps">
        {steps.map((step, index) => (
          <button key={step} type="button" className={index === 0 ? 'button button-primary' : 'button'} disabled={taken.isPending || lacks(step)} onClick={() => (step === 'activate' ? setActivating(true) : taken.mutate(step))}>
            {t(`versions.act_${step}`)}
          </button>
        ))}
      </div>
      {steps.includes('activate') && (
        <Activation
          version={version}
          isOpen={activating}
          onClose={() => setActivating(false)}
          onConfirm={() => {
            setActivating(false);
            taken.mutate('activate');
          }}
        />
      )}
    </form>
  );
}

/** A refused step; of a check, all that it found. */
function Refusal({ error }: { error: unknown }) {
  const words = usePack();
  const found = error instanceof ProblemError ? (error.problem?.problems ?? []) : [];
  return (
    <>
      <ProblemLine error={error} />
      {found.length > 0 && (
        <ul className="bullets">
          {found.map((problem) => <li key={problem}>{foundText(problem, words)}</li>)}
        </ul>
      )}
    </>
  );
}

interface ActivationProps {
  version: MethodologyVersion;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before a version governs: from which day, and over how many objects. */
function Activation({ version, ...dialog }: ActivationProps) {
  const { t, format, pack } = usePack();
  const counts = useQuery({ ...objectCountsQuery({}), enabled: dialog.isOpen });
  const objects = counts.data ? t('common.objects', { count: counts.data.total }) : t('versions.all_objects');
  return (
    <Confirm
      {...dialog}
      title={t('versions.activate_title', { number: version.number })}
      text={t('versions.activate_text', { date: format.day(pack.today), objects })}
      action={t('versions.act_activate')}
    />
  );
}

/** Who must agree, in words. */
export function gateText(gate: string): TextKey {
  if (gate === 'head_of_unit') return 'versions.gate_head_of_unit';
  return gate === 'head' ? 'versions.gate_head' : 'versions.gate_one_approver';
}
