import type { Oversight } from '../../api/types';
import { usePack } from '../../app/pack';
import { Table } from './Table';

/** How far each fact of the model moved since its first run. */
export function Facts({ found }: { found: Oversight }) {
  const { t, say, format } = usePack();
  if (!found.facts) return <p className="card">{t('oversight.facts_none')}</p>;
  const { facts, from, to } = found.facts;
  return (
    <section className="card stack-small">
      <h2>{t('oversight.tab_facts')}</h2>
      <p className="faint">{t('oversight.facts_note', { from: format.instantDay(from), to: format.instantDay(to) })}</p>
      <Table
        title={t('oversight.tab_facts')}
        head={[t('oversight.fact'), t('oversight.index'), t('oversight.missing')]}
        rows={facts.map((fact) => ({
          key: fact.fact,
          cells: [
            say(fact.title),
            fact.alarm ? <span key="index" className="tag tag-bad">{format.number(fact.index, 3)}</span> : format.number(fact.index, 3),
            `${format.share(fact.missing_then)} → ${format.share(fact.missing_now)}`,
          ],
        }))}
      />
    </section>
  );
}
