import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { orderQuery, ordersQuery } from '../../api/queries';
import type { OrderItem, OrderStep } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Empty, Loading, ProblemLine, ProblemView } from '../../ui/states';
import { OrderStepForm } from './OrderStepForm';
import { mayTake, stateMark } from './orders';

/** The orders of a day: where each stands, what it lacks, and the steps that this person may take. */
export function Orders({ date }: { date: string }) {
  const { t } = usePack();
  const orders = useQuery(ordersQuery(date));
  if (orders.isError) return <ProblemView error={orders.error} retry={() => void orders.refetch()} />;
  if (!orders.data) return <Loading />;
  if (orders.data.items.length === 0) return <Empty title={t('orders.title')} text={t('orders.none')} />;
  return (
    <ul className="routes">
      {orders.data.items.map((order) => (
        <li key={order.id} className="card order">
          <Order order={order} />
        </li>
      ))}
    </ul>
  );
}

function Order({ order }: { order: OrderItem }) {
  const { t, format, eventKind, controlKindShort } = usePack();
  const session = useSession();
  const [step, setStep] = useState<OrderStep>();
  const [open, setOpen] = useState(false);
  const lacks = order.missing.map((lack) => t(`orders.lack_${lack}`)).join(', ');
  const isWaiting = order.next.length > 1 && order.missing.length > 0;
  const steps = order.next.filter((one) => mayTake(one, (permission) => may(session, permission)));
  return (
    <>
      <div className="plan-line">
        <b>{t('plan.order', { number: order.number })}</b>
        <span className={`tag ${stateMark(order.state)}`}>{t(`orders.state_${order.state}`)}</span>
        {order.last_day !== order.date && <span className="faint">{t('orders.until', { date: format.day(order.last_day) })}</span>}
      </div>
      <span>
        {order.inspector_name} · {t('orders.line', { event: eventKind(order.event_kind), control: controlKindShort(order.control_kind) })}
      </span>
      <span className="faint">
        {t('orders.tasks', order.tasks)}
        {order.signer && ` · ${t('orders.signed_by', { who: order.signer })}`}
        {order.register_number && ` · ${t('orders.register_number', { number: order.register_number })}`}
        {order.notified_on && ` · ${t('orders.notified_on', { date: format.day(order.notified_on) })}`}
        {order.reason && ` · ${order.reason}`}
      </span>
      {isWaiting && <span>{t('orders.lacks', { lacks })}</span>}
      {order.worked_unissued && <p className="notice notice-bad">{t('orders.worked_unissued')}</p>}
      <div className="order-steps">
        {steps.map((one, index) => (
          <button key={one} type="button" className={index === 0 && one !== 'revoke' ? 'button button-primary' : 'button'} onClick={() => setStep(one)}>
            {t(`orders.step_${one}`)}
          </button>
        ))}
      </div>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t('orders.history')}</summary>
        {open && <History id={order.id} />}
      </details>
      {step && <OrderStepForm order={order} step={step} onClose={() => setStep(undefined)} />}
    </>
  );
}

/** Read when somebody opens it: the gate is asked again for an order that waits for its signature. */
function History({ id }: { id: string }) {
  const { t, format } = usePack();
  const card = useQuery(orderQuery(id));
  if (card.isError) return <ProblemLine error={card.error} />;
  if (!card.data) return <Loading />;
  return (
    <>
      {card.data.refused.map((visit) => (
        <p key={visit.object_key} className="notice notice-bad">
          {t('orders.refused', { object: visit.object_key, lacks: visit.lacks })}
        </p>
      ))}
      <ul className="order-history">
        {card.data.history.map((one) => (
          <li key={`${one.at} ${one.step}`}>
            {t('orders.by', { step: t(`orders.step_${one.step}`), who: one.by, when: format.instant(one.at) })}
            {one.document && <span className="faint">№ {one.document.number}</span>}
            {one.register_number && <span className="faint">{t('orders.register_number', { number: one.register_number })}</span>}
            {one.notice && <span className="faint">{t('orders.notice', one.notice)}</span>}
            {one.notice && one.on && <span className="faint">{format.day(one.on)}</span>}
            {one.until && <span className="faint">{t('orders.until', { date: format.day(one.until) })}</span>}
            {one.reason && <span className="faint">{one.reason}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
