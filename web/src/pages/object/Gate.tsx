import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../api/client';
import type { components } from '../../api/schema';
import type { ObjectCard } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { LegalList } from '../../ui/legal';
import { ProblemLine } from '../../ui/states';

type Answer = components['schemas']['GateAnswer'];

const MOMENTS = ['planning', 'signing', 'start'] as const;
const GROUNDS = [
  'sign_confirmed', 'sign_needs_data', 'sign_undecided', 'own_norm', 'prescription_overdue', 'planned', 'mandatory_visit', 'indicator', 'harm',
  'prosecutor_demand', 'appeal_verified', 'appeal_unverified', 'chance',
] as const;

/** Asks the gate: may a kind of event on a ground be started here on a day? */
export function Gate({ card }: { card: ObjectCard }) {
  const { t, say, pack, controlKind } = usePack();
  const session = useSession();
  const kinds = pack.control_kinds.filter((one) => one.object_kinds.includes(card.object_kind)).map((one) => one.code);
  const [kind, setKind] = useState(kinds[0] ?? '');
  const [event, setEvent] = useState(pack.event_kinds[0]?.code ?? '');
  const [ground, setGround] = useState<string>(GROUNDS[0]);
  const [moment, setMoment] = useState<string>(MOMENTS[0]);
  const [date, setDate] = useState(pack.today);
  const ask = useMutation({
    mutationFn: () => take(client.GET('/api/v1/gate', { params: { query: { object: card.key, control_kind: kind, event, ground, moment, date } } })),
  });
  if (!may(session, 'view_plans') || kinds.length === 0) return null;
  const send = (submit: FormEvent) => {
    submit.preventDefault();
    if (date !== '') ask.mutate();
  };
  // An answer belongs to its question: another word, another answer.
  const put = <V,>(set: (value: V) => void) => (value: V) => {
    ask.reset();
    set(value);
  };
  return (
    <section className="card stack-small">
      <details>
        <summary>{t('gate.title')}</summary>
        <form className="stack-small" onSubmit={send}>
          {kinds.length > 1 && <Choice name="gate_kind" label={t('gate.control_kind')} value={kind} choose={put(setKind)} options={kinds.map((one) => [one, controlKind(one)])} />}
          <Choice name="gate_event" label={t('gate.event')} value={event} choose={put(setEvent)} options={pack.event_kinds.map((one) => [one.code, say(one.title)])} />
          <Choice name="gate_ground" label={t('gate.ground')} value={ground} choose={put(setGround)} options={GROUNDS.map((one) => [one, t(`gate.${one}`)])} />
          <Choice name="gate_moment" label={t('gate.moment')} value={moment} choose={put(setMoment)} options={MOMENTS.map((one) => [one, t(`gate.${one}`)])} />
          <label className="field">
            <span className="label">{t('gate.date')}</span>
            <input name="gate_date" type="date" value={date} onChange={(change) => put(setDate)(change.target.value)} />
          </label>
          {ask.isError && <ProblemLine error={ask.error} />}
          <button type="submit" className="button" disabled={date === '' || ask.isPending}>{t(ask.isPending ? 'gate.asking' : 'gate.ask')}</button>
          {ask.data && <Said answer={ask.data} />}
        </form>
      </details>
    </section>
  );
}

function Choice({ name, label, value, choose, options }: { name: string; label: string; value: string; choose: (value: string) => void; options: readonly (readonly [string, string])[] }) {
  return (
    <label className="field">
      <span className="label">{label}</span>
      <select name={name} value={value} onChange={(change) => choose(change.target.value)}>
        {options.map(([code, words]) => <option key={code} value={code}>{words}</option>)}
      </select>
    </label>
  );
}

function Said({ answer }: { answer: Answer }) {
  const { t, say, category } = usePack();
  return (
    <div className="stack-small" role="status">
      <p className={answer.allowed ? 'notice notice-good' : 'notice notice-bad'}>{t(answer.allowed ? 'gate.allowed' : 'gate.refused')}</p>
      <p className={answer.ground_on_record ? 'faint' : 'notice'}>{t(answer.ground_on_record ? 'gate.on_record' : 'gate.not_on_record')}</p>
      {answer.refusals.map((refusal) => (
        <div key={refusal.lack}>
          <p>{say(refusal.words)}</p>
          {refusal.articles.length > 0 && <LegalList references={refusal.articles} />}
        </div>
      ))}
      <p className="faint">{t('gate.category', { category: category(answer.category) })}</p>
    </div>
  );
}
