import { useState } from 'react';

import type { HandOverWish, Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { placeName } from '../../ui/place';
import { takersOf } from './handing';
import { Picked } from './PickList';

interface Props {
  plan: Plan;
  absent: readonly string[];
  /** Visits that nobody makes. */
  dropped: readonly string[];
  handed: readonly HandOverWish[];
  onHand: (handed: readonly HandOverWish[]) => void;
}

/** Which visit goes to which inspector of the unit: the visit first, then who takes it. */
export function HandOver({ plan, absent, dropped, handed, onHand }: Props) {
  const { t, format } = usePack();
  const [object, setObject] = useState('');
  const all = takersOf(plan, absent);
  const free = all.filter(({ visit }) => !dropped.includes(visit.object_key) && handed.every((one) => one.object !== visit.object_key));
  const chosen = free.find(({ visit }) => visit.object_key === object);
  const name = (key: string) => plan.routes.find((route) => route.inspector.key === key)?.inspector.name ?? key;
  const place = (key: string) => {
    const known = all.find(({ visit }) => visit.object_key === key);
    return known ? placeName(known.visit) : key;
  };
  if (all.length === 0 && handed.length === 0) return null;
  return (
    <>
      <label className="field">
        <span className="label">{t('plan.change_hand')}</span>
        <select value={chosen ? object : ''} onChange={(event) => setObject(event.target.value)}>
          <option value="">{t('plan.change_choose')}</option>
          {free.map(({ visit, from }) => (
            <option key={`${visit.object_id} ${visit.control_kind}`} value={visit.object_key}>
              {t('plan.change_hand_visit', { name: from, time: format.clock(visit.start), place: placeName(visit) })}
            </option>
          ))}
        </select>
      </label>
      {chosen && (
        <label className="field">
          <span className="label">{t('plan.change_hand_to')}</span>
          <select
            value=""
            onChange={(event) => {
              if (event.target.value === '') return;
              onHand([...handed, { object, to: event.target.value }]);
              setObject('');
            }}
          >
            <option value="">{t('plan.change_hand_choose')}</option>
            {chosen.to.map((one) => (
              <option key={one.key} value={one.key}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Picked
        items={handed.map((one) => ({ key: one.object, label: `${place(one.object)} → ${name(one.to)}` }))}
        keep={t('plan.change_keep')}
        onKeep={(key) => onHand(handed.filter((other) => other.object !== key))}
      />
    </>
  );
}
