import './plan.css';

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect } from 'react';

import { ProblemError } from '../../api/client';
import { categoryRequestsQuery, planQuery, plansQuery, proposalQuery } from '../../api/queries';
import type { Plan } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { PageHead, Segments } from '../../ui/controls';
import { MadeByEarlier } from '../../ui/MadeByEarlier';
import { Empty, Loading, ProblemView } from '../../ui/states';
import { isWeekend } from '../../ui/format';
import { Approve } from './Approve';
import { ChangeDay } from './ChangeDay';
import { Days, firstDay } from './Days';
import { LeftOutList } from './LeftOutList';
import { Orders } from './Orders';
import { PlanMap } from './PlanMap';
import { PlanDay } from './Replan';
import { Routes } from './Routes';
import { Tasks } from './Tasks';

const route = getRouteApi('/shell/plan');

/** A day's plan: who goes where and why, who stays out and why, and the head's approval. */
export function PlanPage() {
  const { t, format, pack } = usePack();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const days = useQuery(plansQuery);
  const session = useSession();
  const known = days.data?.items ?? [];
  const date = search.date ?? firstDay(known, pack.today, may(session, 'approve_plans'));
  const plan = useQuery({ ...planQuery(date), enabled: search.date !== undefined || !days.isPending });
  // The day that was chosen stays: once its plan is approved another day may be the first that waits, and the page must
  // not turn to it under the reader's eyes.
  const chosen = search.date !== undefined || days.isPending;
  useEffect(() => {
    if (!chosen) void navigate({ search: (other) => ({ ...other, date }), replace: true, resetScroll: false });
  }, [chosen, date, navigate]);
  const missing = plan.error instanceof ProblemError && plan.error.code === 'PLAN_NOT_FOUND';

  return (
    <div className="page">
      <PageHead title={t('plan.title')} note={format.dayLong(date)}>
        <label className="field">
          <span className="label">{t('plan.day')}</span>
          <input
            type="date"
            value={date}
            onChange={(event) => {
              if (event.target.value) void navigate({ search: { date: event.target.value } });
            }}
          />
        </label>
        <Link to="/plan/year" className="button">{t('year.link')}</Link>
      </PageHead>
      <RequestsWait />
      <Days days={known} date={date} />
      {plan.data ? (
        <PlanBody key={plan.data.id} plan={plan.data} />
      ) : missing ? (
        known.length === 0 ? (
          <Empty title={t('plan.no_plans_title')} text={t('plan.no_plans_text')} />
        ) : (
          <Empty title={t('plan.no_plan_title')} text={t(date < pack.today ? 'plan.past_no_plan' : isWeekend(date) ? 'plan.weekend' : 'errors.PLAN_NOT_FOUND')}>
            {may(session, 'approve_plans') && date >= pack.today && <PlanDay key={date} date={date} />}
          </Empty>
        )
      ) : plan.isError ? (
        <ProblemView error={plan.error} retry={() => void plan.refetch()} />
      ) : (
        <Loading />
      )}
    </div>
  );
}

const VIEWS = ['list', 'map', 'out', 'orders', 'tasks'] as const;

function PlanBody({ plan }: { plan: Plan }) {
  const { t, pack } = usePack();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const view = VIEWS.find((one) => one === search.view) ?? (search.reason ? 'out' : 'list');
  const show = (changes: { view?: string; inspector?: string; reason?: string; text?: string }) =>
    void navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  return (
    <div className="stack">
      {may(session, 'decide_categories') && <ProposalsWait />}
      {!plan.working_day && <DayOff plan={plan} />}
      <Approve plan={plan} />
      {plan.state === 'approved' && plan.date >= pack.today && may(session, 'approve_plans') && <ChangeDay plan={plan} />}
      <div className="plan-view">
        <Segments
          label={t('plan.views')}
          value={view}
          choices={[
            { value: 'list', label: t('plan.routes') },
            { value: 'map', label: t('common.map') },
            { value: 'out', label: t('plan.candidates_out') },
            { value: 'orders', label: t('orders.title') },
            { value: 'tasks', label: t('plan.tasks') },
          ]}
          onChange={(next) => show({ view: next })}
        />
      </div>
      {view === 'map' && <PlanMap plan={plan} inspector={search.inspector} onInspector={(inspector) => show({ inspector: inspector ?? '' })} />}
      {view === 'list' && <Routes plan={plan} onMap={(inspector) => show({ view: 'map', inspector })} />}
      {view === 'orders' && <Orders date={plan.date} />}
      {view === 'tasks' && <Tasks plan={plan} />}
      {view === 'out' && (
        <LeftOutList
          plan={plan}
          reason={search.reason}
          text={search.text || undefined}
          onReason={(reason) => show({ view: 'out', reason: reason ?? '' })}
          onText={(text) => show({ view: 'out', text: text ?? '' })}
        />
      )}
    </div>
  );
}

/** The law lets nobody be visited with interaction on such a day; the plan says so before its figures do. */
function DayOff({ plan }: { plan: Plan }) {
  const { t, format } = usePack();
  const next = plan.next_working_day;
  return (
    <p className="notice">
      {t('plan.day_off', { date: format.dayLong(plan.date) })}{' '}
      {next && (
        <Link to="/plan" search={{ date: next }}>
          {t('plan.next_working_day', { date: format.dayLong(next) })}
        </Link>
      )}
    </p>
  );
}

/** Requests of people have a term of law: who answers them sees here that they wait. */
function RequestsWait() {
  const { t, format } = usePack();
  const mayAnswer = may(useSession(), 'decide_categories');
  const { data } = useQuery({ ...categoryRequestsQuery, enabled: mayAnswer });
  const first = data?.items[0];
  if (!data || !first) return null;
  return (
    <p className={first.overdue ? 'notice notice-bad' : 'notice'}>
      <Link to="/decisions">{t('requests.wait', { count: data.items.length })}</Link>,{' '}
      {t(first.overdue ? 'requests.wait_overdue' : 'requests.wait_due', { date: format.day(first.due_on) })}
    </p>
  );
}

/** Categories come before plans: a waiting batch is one tap away, and what was scored by an earlier version says so. */
function ProposalsWait() {
  const { t } = usePack();
  const { data } = useQuery(proposalQuery);
  if (!data) return null;
  return (
    <>
      <MadeByEarlier methodology={data.methodology} />
      {data.count > 0 && (
        <p className="notice">
          <Link to="/decisions">{t('plan.proposals_wait', { count: data.count })}</Link>
        </p>
      )}
    </>
  );
}
