import type { HandOverWish, Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { placeName } from '../../ui/place';
import { isWaiting } from '../../ui/task';
import { HandOver } from './HandOver';
import { PickList } from './PickList';

/** What the head has said so far. */
export interface Said {
  at: string;
  absent: readonly string[];
  back: readonly string[];
  dropped: readonly string[];
  handed: readonly HandOverWish[];
  urgent: string;
}

/** What the head says has happened. */
export function Happened({ plan, said, onSay }: { plan: Plan; said: Said; onSay: (changes: Partial<Said>) => void }) {
  const { t, format } = usePack();
  const busy = plan.routes.filter((route) => route.visits.some((visit) => isWaiting(visit.task_state)));
  const waiting = busy.flatMap((route) => route.visits).filter((visit) => isWaiting(visit.task_state));
  const away = plan.rest?.away ?? [];
  // Both halves of a visit of two are one object.
  const stops = new Map(waiting.map((visit) => [visit.object_key, t('plan.take_back_stop', { time: format.clock(visit.start), place: placeName(visit) })]));
  const ask = t('plan.change_hand_choose');
  return (
    <>
      <PickList
        label={t('plan.change_absent')}
        ask={ask}
        choices={busy.map(({ inspector }) => ({ value: inspector.key, label: inspector.name }))}
        picked={said.absent}
        onPick={(absent) => onSay({ absent })}
      />
      {away.length > 0 && (
        <PickList
          label={t('plan.change_back')}
          ask={ask}
          choices={away.map(({ key, name }) => ({ value: key, label: name }))}
          picked={said.back}
          onPick={(back) => onSay({ back })}
        />
      )}
      <PickList
        label={t('plan.change_dropped')}
        ask={t('plan.change_choose')}
        choices={[...stops].map(([value, label]) => ({ value, label }))}
        picked={said.dropped}
        onPick={(dropped) => onSay({ dropped })}
      />
      <HandOver plan={plan} absent={said.absent} dropped={said.dropped} handed={said.handed} onHand={(handed) => onSay({ handed })} />
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
