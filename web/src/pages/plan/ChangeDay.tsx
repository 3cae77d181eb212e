import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { client, ProblemError, take } from '../../api/client';
import type { DayChange, DayChangeWish, Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { placeName } from '../../ui/place';
import { ProblemLine } from '../../ui/states';
import { isWaiting } from '../../ui/task';
import { DayDifference } from './DayDifference';

interface Said {
  at: string;
  absent: readonly string[];
  back: readonly string[];
  dropped: readonly string[];
  urgent: string;
}

const NOTHING: Said = { at: '', absent: [], back: [], dropped: [], urgent: '' };

/** The day does not go as planned: the head says what happened, sees what would move, and applies it. */
export function ChangeDay({ plan }: { plan: Plan }) {
  const { t } = usePack();
  const [said, setSaid] = useState(NOTHING);
  const showing = useMutation({
    mutationFn: (wish: DayChangeWish) =>
      take(client.POST('/api/v1/plans/{plan_id}/changes', { params: { path: { plan_id: plan.id } }, body: wish })),
  });
  const wish = wishOf(said);
  const isEmpty = [wish.absent, wish.back, wish.dropped, wish.urgent].every((one) => !one?.length);
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
      {showing.isError && <Refusal error={showing.error} />}
      {showing.data && <Apply key={showing.data.digest} plan={plan} wish={wish} change={showing.data} onStale={() => showing.reset()} />}
    </details>
  );
}

function wishOf({ at, absent, back, dropped, urgent }: Said): DayChangeWish {
  const [hours, minutes] = at.split(':').map(Number);
  return {
    at: hours === undefined || minutes === undefined ? null : hours * 60 + minutes,
    absent: [...absent],
    back: [...back],
    dropped: [...dropped],
    urgent: urgent.split(/[\s,;]+/).filter((key) => key !== ''),
  };
}

/** What the head says has happened. */
function Happened({ plan, said, onSay }: { plan: Plan; said: Said; onSay: (changes: Partial<Said>) => void }) {
  const { t, format } = usePack();
  const busy = plan.routes.filter((route) => route.visits.some((visit) => isWaiting(visit.task_state)));
  const waiting = busy.flatMap((route) => route.visits).filter((visit) => isWaiting(visit.task_state));
  const free = waiting.filter((visit) => !said.dropped.includes(visit.object_key));
  const away = plan.rest?.away ?? [];
  const without = (keys: readonly string[], key: string) => keys.filter((other) => other !== key);
  return (
    <>
      <fieldset className="change-people">
        <legend className="label">{t('plan.change_absent')}</legend>
        {busy.map(({ inspector }) => (
          <label key={inspector.key} className="check">
            <input
              type="checkbox"
              checked={said.absent.includes(inspector.key)}
              onChange={(event) =>
                onSay({ absent: event.target.checked ? [...said.absent, inspector.key] : without(said.absent, inspector.key) })
              }
            />
            {inspector.name}
          </label>
        ))}
      </fieldset>
      {away.length > 0 && (
        <fieldset className="change-people">
          <legend className="label">{t('plan.change_back')}</legend>
          {away.map(({ key, name }) => (
            <label key={key} className="check">
              <input
                type="checkbox"
                checked={said.back.includes(key)}
                onChange={(event) => onSay({ back: event.target.checked ? [...said.back, key] : without(said.back, key) })}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <label className="field">
        <span className="label">{t('plan.change_dropped')}</span>
        <select
          value=""
          onChange={(event) => {
            if (event.target.value) onSay({ dropped: [...said.dropped, event.target.value] });
          }}
        >
          <option value="">{t('plan.change_choose')}</option>
          {free.map((visit) => (
            <option key={`${visit.object_id} ${visit.control_kind}`} value={visit.object_key}>
              {t('plan.take_back_stop', { time: format.clock(visit.start), place: placeName(visit) })}
            </option>
          ))}
        </select>
      </label>
      {said.dropped.length > 0 && (
        <ul className="change-dropped">
          {said.dropped.map((key) => (
            <li key={key}>
              {key}{' '}
              <button type="button" className="link-button" onClick={() => onSay({ dropped: without(said.dropped, key) })}>
                {t('plan.change_keep')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <label className="field">
        <span className="label">{t('plan.change_urgent')}</span>
        <input value={said.urgent} maxLength={300} placeholder={t('plan.change_urgent_hint')} onChange={(event) => onSay({ urgent: event.target.value })} />
      </label>
      <label className="field">
        <span className="label">{t('plan.change_at')}</span>
        <input type="time" value={said.at} onChange={(event) => onSay({ at: event.target.value })} />
      </label>
    </>
  );
}

/** A refusal with what the server says besides: the articles of law. */
function Refusal({ error }: { error: unknown }) {
  const said = error instanceof ProblemError ? (error.problem?.problems ?? []) : [];
  return (
    <>
      <ProblemLine error={error} />
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
          <Refusal error={applying.error} />
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
