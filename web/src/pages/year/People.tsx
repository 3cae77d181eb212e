import type { YearFigures } from '../../api/types';
import { usePack } from '../../app/pack';
import { Table } from '../oversight/Table';

/** So many places stand in the table; the rest is counted. */
const SHOWN = 12;

/** Where time or people are short, the most first. */
export function Shortages({ figures }: { figures: YearFigures }) {
  const { t, format, controlKindShort } = usePack();
  if (figures.shortages.length === 0) return null;
  return (
    <section className="card stack-small">
      <h2>{t('year.shortages')}</h2>
      <p className="faint">{t('year.shortages_note')}</p>
      <Table
        title={t('year.shortages')}
        head={[t('year.territory'), t('year.control_kind'), t('year.short_visits'), t('year.people')]}
        rows={figures.shortages.slice(0, SHOWN).map((one) => ({
          key: `${one.control_kind} ${one.territory?.code ?? ''}`,
          cells: [one.territory?.name ?? '—', controlKindShort(one.control_kind), format.number(one.visits), format.number(one.people)],
        }))}
      />
      {figures.shortages.length > SHOWN && <p className="faint">{t('year.more_places', { count: figures.shortages.length - SHOWN })}</p>}
    </section>
  );
}

interface UnitLine {
  unit: string;
  people: number;
  have: number;
  used: number;
}

/** Adds up crews by unit. */
export function unitLines(crews: YearFigures['crews']): UnitLine[] {
  const units = new Map<string, UnitLine>();
  for (const crew of crews) {
    const line = units.get(crew.unit) ?? { unit: crew.unit, people: 0, have: 0, used: 0 };
    units.set(crew.unit, { ...line, people: line.people + crew.people, have: line.have + crew.capacity_minutes, used: line.used + crew.used_minutes });
  }
  return [...units.values()];
}

/** Units and how much of their time the norms take. */
export function Crews({ figures }: { figures: YearFigures }) {
  const { t, format } = usePack();
  return (
    <section className="card stack-small">
      <h2>{t('year.crews')}</h2>
      <Table
        title={t('year.crews')}
        head={[t('year.unit'), t('year.people'), t('year.planned_hours'), t('year.have_hours'), t('year.load')]}
        rows={unitLines(figures.crews).map((one) => ({
          key: one.unit,
          cells: [
            one.unit,
            format.number(one.people),
            format.number(one.used / 60),
            format.number(one.have / 60),
            one.have > 0 ? format.share(one.used / one.have) : '—',
          ],
        }))}
      />
    </section>
  );
}
