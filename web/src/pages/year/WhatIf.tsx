import type { LongRangePlan } from '../../api/types';
import { usePack } from '../../app/pack';

interface Props {
  plan: LongRangePlan;
  more: number;
  reserve: number | undefined;
  onChange: (changes: { more?: string; reserve?: string }) => void;
}

/** What a head can turn: how many people there are, and how much of their time other work takes. */
export function WhatIf({ plan, more, reserve, onChange }: Props) {
  const { t, format } = usePack();
  const set = (next: number) => onChange({ more: next === 0 ? '' : String(next) });
  const percent = reserve ?? Math.round(plan.reserve_share * 100);
  const needed = Math.ceil(Math.min(1, plan.draws_share + (plan.other_share ?? 0)) * 100 - 1e-9);
  return (
    <section className="card stack-small">
      <h2>{t('year.what_if')}</h2>
      <p className="faint">{t('year.inspectors_now', { count: plan.figures.inspectors })}</p>
      <div className="field">
        <span className="label" id="year-more">{t('year.more')}</span>
        <div className="year-stepper" role="group" aria-labelledby="year-more">
          <button type="button" className="button" aria-label={t('year.one_fewer')} onClick={() => set(more - 1)} disabled={-more >= plan.figures.inspectors}>−</button>
          <output className="strong">{more === 0 ? '0' : format.signed(more)}</output>
          <button type="button" className="button" aria-label={t('year.one_more')} onClick={() => set(more + 1)}>+</button>
        </div>
      </div>
      {plan.what_if && (
        <div>
          <p>{t('year.with_more', { signed: format.signed(plan.what_if.more), people: format.number(plan.what_if.figures.inspectors) })}</p>
          <ul className="year-changes">
            {plan.what_if.changes.map((one) => (
              <li key={`${one.unit} ${one.territories.map((place) => place.code).join()}`}>
                {t('year.change_line', {
                  signed: format.signed(one.people),
                  unit: one.unit,
                  where: one.territories.length > 0 ? ` (${one.territories.map((place) => place.name).join(', ')})` : '',
                })}
              </li>
            ))}
          </ul>
        </div>
      )}
      <label className="field">
        <span className="label">{t('year.reserve')}</span>
        <input
          type="number" name="reserve" min={0} max={100} step={1} defaultValue={percent} key={percent}
          onBlur={(event) => commit(event.target.value, percent, onChange)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit(event.currentTarget.value, percent, onChange);
          }}
        />
      </label>
      <p className="faint">{t('year.reserve_note')}</p>
      <p className="faint">
        {t('year.draws_share', { share: format.share(plan.draws_share) })} {otherText(plan, t, format.share)}{' '}
        {plan.reserve_asked && needed !== percent && (
          <button type="button" className="link-button" onClick={() => onChange({ reserve: '' })}>
            {t('year.use_other')}
          </button>
        )}
      </p>
      <p className="faint">{travelText(plan, t)}</p>
      <p className="faint">{plan.leave_days > 0 ? t('year.leave_days', { days: String(plan.leave_days) }) : t('year.leave_unknown')}</p>
    </section>
  );
}

function commit(text: string, before: number, onChange: Props['onChange']) {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= 100 && value !== before) onChange({ reserve: text });
}

function otherText(plan: LongRangePlan, t: ReturnType<typeof usePack>['t'], share: (part: number) => string): string {
  if (plan.other_share === undefined || plan.other_share === null) return t('year.other_unknown');
  const values = { share: share(plan.other_share), days: String(plan.plan_days), crowded: String(plan.crowded_days) };
  return t(plan.crowded_days > 0 ? 'year.other_share_crowded' : 'year.other_share', values);
}

function travelText(plan: LongRangePlan, t: ReturnType<typeof usePack>['t']): string {
  const values = { minutes: String(plan.travel_minutes), days: String(plan.plan_days) };
  switch (plan.travel_from) {
    case 'approved_plans':
      return t('year.travel_approved_plans', values);
    case 'proposed_plans':
      return t('year.travel_proposed_plans', values);
    default:
      return t('year.travel_unknown');
  }
}
