import './desk.css';

import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';

import type { DeskVerdict, Snooze } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Select } from '../../ui/controls';
import { Empty, Loading, ProblemView } from '../../ui/states';
import { usePhone } from '../../ui/usePhone';
import { Actions } from './Actions';
import { Evidence } from './Evidence';
import { deskAction, type Asking } from './keys';
import { Queue } from './Queue';
import { AsideLine, Recent, SentLine } from './Recent';
import { useDesk } from './useDesk';

const route = getRouteApi('/shell/desk');

/** Signs one after another: evidence in the middle, the keys under the hand. */
export function DeskPage() {
  const { t, say, pack, rule } = usePack();
  const session = useSession();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const desk = useDesk(filters);
  const [asking, setAsking] = useState<Asking>();
  const allowed = may(session, 'decide_signs');

  const decide = (verdict: DeskVerdict, comment: string) => {
    setAsking(undefined);
    desk.decide(verdict, comment);
    window.scrollTo({ top: 0 });
  };
  const putAside = (snooze: Snooze) => {
    setAsking(undefined);
    desk.putAside(snooze);
    window.scrollTo({ top: 0 });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target;
      const typing = target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      const action = deskAction({ key, ctrlKey, altKey, metaKey, repeat, typing }, asking);
      if (!action || (action.act !== 'move' && !allowed) || !desk.current) return;
      event.preventDefault();
      if (action.act === 'decide') decide(action.verdict, action.reason ? t(action.reason) : '');
      else if (action.act === 'choose') setAsking(action.asking);
      else if (action.act === 'cancel') setAsking(undefined);
      else desk.move(action.by);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  useEffect(() => setAsking(undefined), [desk.current?.id]);

  const set = (key: 'control_kind' | 'rule') => (value: string | undefined) => {
    const { [key]: _, ...rest } = filters;
    void navigate({ search: value === undefined ? rest : { ...rest, [key]: value }, replace: true });
  };

  return (
    <div className="desk">
      <aside className="desk-side">
        <header className="desk-head">
          <h1>{t('desk.title')}</h1>
          <p className="faint">{t('desk.waiting', { count: String(desk.waiting) })}</p>
        </header>
        <Folded>
          <div className="desk-filters">
            <Select label={t('desk.control')} value={filters.control_kind} onChange={set('control_kind')}
              choices={pack.control_kinds.map((kind) => ({ value: kind.code, label: say(kind.short) }))} />
            <Select label={t('desk.rule')} value={filters.rule} onChange={set('rule')}
              choices={pack.rules.filter((one) => one.kinds.includes('sign')).map((one) => ({ value: one.id, label: rule(one.id) }))} />
          </div>
        </Folded>
        <Queue items={desk.items} current={desk.current?.id} onChoose={desk.choose} />
        <Recent />
      </aside>
      <section className="desk-main" aria-label={t('desk.evidence')}>
        {desk.lastAside && desk.lastAside.at > (desk.last?.at ?? 0) ? <AsideLine aside={desk.lastAside} /> : desk.last && <SentLine sent={desk.last} />}
        {desk.failed.map((sent) => (
          <SentLine key={sent.body.id} sent={sent} onRetry={() => desk.retry(sent)} />
        ))}
        {desk.queue.isPending ? (
          <Loading />
        ) : desk.queue.isError && !desk.current ? (
          <ProblemView error={desk.queue.error} retry={() => void desk.queue.refetch()} />
        ) : desk.current ? (
          <>
            <Evidence sign={desk.current} index={desk.index} total={desk.waiting} onMove={desk.move} />
            {allowed && <Actions signId={desk.current.id} asking={asking} onAsk={setAsking} onDecide={decide} onAside={putAside} />}
          </>
        ) : (
          <Empty title={t('desk.empty_title')} text={t('desk.empty_text')} />
        )}
      </section>
    </div>
  );
}

/** On a phone the sign comes first: the filters fold away. */
function Folded({ children }: { children: ReactNode }) {
  const { t } = usePack();
  if (!usePhone()) return children;
  return (
    <details className="filters-more">
      <summary>{t('register.filters')}</summary>
      {children}
    </details>
  );
}
