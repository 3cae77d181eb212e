import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';

import { client, take } from '../../api/client';
import { ordersQuery } from '../../api/queries';
import type { OrderItem, Plan } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { loadOf, spreadOf } from './load';
import { isStale, PlanAgain, Replan } from './Replan';
import { Worth } from './Worth';

/** The plan in figures, whether the checker passed it, and its approval. */
export function Approve({ plan }: { plan: Plan }) {
  const { t, format, pack } = usePack();
  const session = useSession();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const approval = useMutation({
    mutationFn: () =>
      take(
        client.POST('/api/v1/plans/{plan_id}/approval', {
          params: { path: { plan_id: plan.id } },
          body: { expected_parent_id: plan.parent_id ?? null },
        }),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['plan', plan.date] });
      void queries.invalidateQueries({ queryKey: ['plans'] });
      void queries.invalidateQueries({ queryKey: ['orders'] });
    },
  });
  const visits = plan.routes.flatMap((route) => route.visits);
  // What two make stands on two routes and is one visit.
  const count = visits.filter((visit) => visit.partner?.leads !== true).length;
  const used = plan.routes.filter((route) => route.visits.length > 0);
  const noTime = plan.left_out.find((one) => one.reason === 'no_time_left')?.count ?? 0;
  const otherwise = plan.left_out.reduce((sum, one) => sum + one.count, 0) - noTime;
  const loads = plan.routes.map(loadOf);
  const spread = spreadOf(plan.routes);
  const done = approval.data;
  const isOver = plan.date < pack.today;
  const words = { visits: t('common.visits', { count }), inspectors: t('common.inspectors', { count: used.length }) };

  return (
    <section className="card plan-state">
      <div className="plan-line">
        <span className={plan.state === 'approved' ? 'tag tag-good' : 'tag tag-warn'}>{t(plan.state === 'proposed' && isOver ? 'plan.state_never_approved' : `plan.state_${plan.state}`)}</span>
        {plan.approved_by && plan.approved_at && (
          <span className="faint">{t('plan.approved_by', { who: plan.approved_by, when: format.instant(plan.approved_at) })}</span>
        )}
        <span className="faint">{t(plan.check.passed ? 'plan.checked' : 'plan.check_failed')}</span>
      </div>
      {plan.rest && <p className="notice">{t('plan.changed', { at: format.clock(plan.rest.at), reason: plan.rest.reason })}</p>}
      {plan.made_later ? (
        <p className="notice">{t('plan.made_later')}</p>
      ) : (
        plan.state === 'proposed' && isOver && <p className="notice">{t('plan.past_waits')}</p>
      )}
      {plan.state === 'approved' && !isOver && <OrdersWait date={plan.date} />}
      <LostStarts plan={plan} />
      <dl className="plan-figures">
        <Figure label={t('plan.visits')} value={format.number(count)} />
        <Figure label={t('plan.inspectors')} value={format.number(used.length)} />
        <Figure label={t('plan.work_share')} value={format.duration(loads.reduce((sum, one) => sum + one.service, 0))} mark="load-service" />
        <Figure label={t('plan.travel_share')} value={format.duration(loads.reduce((sum, one) => sum + one.travel, 0))} mark="load-travel" />
        {spread !== undefined && <Figure label={t('plan.load_spread')} value={format.duration(spread)} />}
        <Figure label={t('plan.out_no_time')} value={<Out date={plan.date} reason="no_time_left" count={format.number(noTime)} />} />
        <Figure label={t('plan.out_other')} value={<Out date={plan.date} reason="" count={format.number(otherwise)} />} />
      </dl>
      <Worth plan={plan} />
      {!plan.check.passed && (
        <ul className="notice notice-bad">
          {plan.check.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      {approval.isError && <Replan key={plan.id} date={plan.date} refusal={approval.error} />}
      {done && (
        <p className="notice notice-good" role="status">
          {t('plan.approved_result', { tasks: t('common.tasks', { count: done.tasks }), first: done.first_order_number ?? '—', last: done.last_order_number ?? '—' })}
        </p>
      )}
      {plan.state === 'proposed' && !isOver && !isStale(approval.error) && may(session, 'approve_plans') && (
        <div className="plan-actions">
          <button type="button" className="button button-primary" disabled={approval.isPending || !plan.check.passed || visits.length === 0} onClick={() => setAsking(true)}>
            {approval.isPending ? t('plan.approving') : t('plan.approve')}
          </button>
          {!approval.isError && <PlanAgain plan={plan} />}
        </div>
      )}
      <Confirm
        isOpen={asking}
        title={t('plan.approve_title', { date: format.day(plan.date) })}
        text={t('plan.approve_text', words)}
        action={t('plan.approve')}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          approval.mutate();
        }}
      />
    </section>
  );
}

/** An approved plan is not yet leave to begin: what is left to sign and issue is one tap away. */
function OrdersWait({ date }: { date: string }) {
  const { t } = usePack();
  const { data } = useQuery(ordersQuery(date));
  const count = data?.items.filter((order) => order.tasks.open > 0 && NOT_ISSUED.includes(order.state)).length ?? 0;
  if (count === 0) return null;
  return (
    <p className="notice">
      <Link to="/plan" search={{ date, view: 'orders' }} resetScroll={false}>
        {t('plan.orders_wait', { count })}
      </Link>
    </p>
  );
}

const NOT_ISSUED: readonly OrderItem['state'][] = ['draft', 'checked', 'approval_requested', 'prosecutor_agreed', 'signed', 'registered'];

/** Starts that the law did not allow, or that came for a task that was taken away: nobody's word is lost. */
function LostStarts({ plan }: { plan: Plan }) {
  const { t, format, say } = usePack();
  if (plan.lost_starts.length === 0) return null;
  return (
    <ul className="notice notice-bad">
      {plan.lost_starts.map((lost) => (
        <li key={`${lost.object_id} ${lost.started_at}`}>
          {t(`plan.lost_${lost.outcome === 'refused' ? 'refused' : 'not_open'}`, { who: lost.inspector, object: lost.object_key, when: format.instant(lost.started_at) })}
          {lost.refusals.length > 0 && `: ${lost.refusals.map((one) => `${say(one.words)}${one.articles.length > 0 ? ` (${one.articles.join('; ')})` : ''}`).join(', ')}`}
        </li>
      ))}
    </ul>
  );
}

/** A number that leads to those it counts. */
function Out({ date, reason, count }: { date: string; reason: string; count: string }) {
  return (
    <Link to="/plan" search={{ date, view: 'out', reason }} resetScroll={false}>
      {count}
    </Link>
  );
}

/** A figure; `mark` is the look that its minutes have in the bars of load. */
function Figure({ label, value, mark }: { label: string; value: ReactNode; mark?: string }) {
  return (
    <div>
      <dt>
        {mark && <span className={`load-mark ${mark}`} />}
        {label}
      </dt>
      <dd>{value}</dd>
    </div>
  );
}
