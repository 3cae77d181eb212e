import type { HandOverWish, Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { placeName } from '../../ui/place';
import { isWaiting } from '../../ui/task';
import { HandOver } from './HandOver';

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
