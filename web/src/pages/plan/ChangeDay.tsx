import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { client, ProblemError, take } from '../../api/client';
import type { DayChange, DayChangeWish, Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { ProblemLine } from '../../ui/states';
import { DayDifference } from './DayDifference';
import { Happened, type Said } from './Happened';

const NOTHING: Said = { at: '', absent: [], back: [], dropped: [], handed: [], urgent: '' };

/** The day does not go as planned: the head says what happened, sees what would move, and applies it. */
export function ChangeDay({ plan }: { plan: Plan }) {
  const { t } = usePack();
  const [said, setSaid] = useState(NOTHING);
  const showing = useMutation({
    mutationFn: (wish: DayChangeWish) =>
      take(client.POST('/api/v1/plans/{plan_id}/changes', { params: { path: { plan_id: plan.id } }, body: wish })),
  });
  const wish = wishOf(said);
  const isEmpty = [wish.absent, wish.back, wish.dropped, wish.handed, wish.urgent].every((one) => !one?.length);
  const say = (changes: Partial<Said>) => {
    // What is shown belongs to what was said: another word, another difference.
    showing.reset();
    setSaid({ ...said, ...changes });
  };
  return (
    <details className="card change-day">
      <summary>{t('plan.change_day')}</summary>
      <form
        className="stack-small"
        onSubmit={(event) => {
          event.preventDefault();
          showing.mutate(wish);
        }}
      >
        <Happened plan={plan} said={said} onSay={say} />
        <button type="submit" className="button" disabled={isEmpty || showing.isPending}>
          {showing.isPending ? t('plan.change_showing') : t('plan.change_show')}
        </button>
      </form>
      {showing.isError && <Refusal error={showing.error} wish={wish} />}
      {showing.data && <Apply key={showing.data.digest} plan={plan} wish={wish} change={showing.data} onStale={() => showing.reset()} />}
    </details>
  );
}

function wishOf({ at, absent, back, dropped, handed, urgent }: Said): DayChangeWish {
  const [hours, minutes] = at.split(':').map(Number);
  return {
    at: hours === undefined || minutes === undefined ? null : hours * 60 + minutes,
    absent: [...absent],
    back: [...back],
    dropped: [...dropped],
    handed: [...handed],
    urgent: urgent.split(/[\s,;]+/).filter((key) => key !== ''),
  };
}

/** A refusal with what the server says besides: the articles of law. */
function Refusal({ error, wish }: { error: unknown; wish: DayChangeWish }) {
  const { t } = usePack();
  const said = error instanceof ProblemError ? (error.problem?.problems ?? []) : [];
  // Nothing but handing over can be meant where nothing urgent was named.
  const isHandOver = error instanceof ProblemError && error.code === 'REPLAN_REFUSED' && wish.handed?.length && !wish.urgent?.length;
  return (
    <>
      {isHandOver ? <p className="notice notice-bad" role="alert">{t('plan.change_hand_refused')}</p> : <ProblemLine error={error} />}
      {said.length > 0 && (
        <ul className="notice notice-bad">
          {said.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ApplyProps {
  plan: Plan;
  wish: DayChangeWish;
  change: DayChange;
  onStale: () => void;
}

function Apply({ plan, wish, change, onStale }: ApplyProps) {
  const { t } = usePack();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const applying = useMutation({
    mutationFn: () =>
      take(
        client.POST('/api/v1/plans/{plan_id}/changes/application', {
          params: { path: { plan_id: plan.id } },
          // The minute that was shown, and not the clock's at this moment: else it would be another difference.
          body: { wish: { ...wish, at: change.at }, digest: change.digest, reason: reason.trim() },
        }),
      ),
    onSuccess: () => Promise.all(['plan', 'plans', 'orders', 'task-day'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
    onError: (error) => {
      if (error instanceof ProblemError && error.code === 'REPLAN_STALE') void queries.invalidateQueries({ queryKey: ['plan', plan.date] });
    },
  });
  return (
    <section className="stack-small">
      <DayDifference change={change} />
      {applying.isError && (
        <>
          <Refusal error={applying.error} wish={wish} />
          <button type="button" className="button" onClick={onStale}>
            {t('plan.change_again')}
          </button>
        </>
      )}
      {change.items.length > 0 && !applying.isError && (
        <button type="button" className="button button-primary" disabled={applying.isPending} onClick={() => setAsking(true)}>
          {applying.isPending ? t('plan.change_applying') : t('plan.change_apply')}
        </button>
      )}
      <Confirm
        isOpen={asking}
        title={t('plan.change_title')}
        text={`${t('plan.change_text')} ${t('plan.change_issue')}`}
        action={t('plan.change_apply')}
        isReady={reason.trim() !== ''}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          applying.mutate();
        }}
      >
        <label className="field">
          <span className="label">{t('plan.take_back_reason')}</span>
          <input value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} />
        </label>
      </Confirm>
    </section>
  );
}
