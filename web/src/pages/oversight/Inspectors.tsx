import { useQuery } from '@tanstack/react-query';

import { inspectorEffectsQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Loading, ProblemView } from '../../ui/states';
import { shareText } from './share';
import { Table } from './Table';

/** Who finds more or less than the risk of his objects explains. */
export function Inspectors() {
  const { t, format } = usePack();
  const found = useQuery(inspectorEffectsQuery);
  if (found.isPending) return <Loading />;
  if (found.isError) return <ProblemView error={found.error} retry={() => void found.refetch()} />;
  const { items, rate } = found.data;
  if (items.length === 0) return <p className="card">{t('oversight.inspectors_none')}</p>;
  return (
    <section className="card stack-small">
      <h2>{t('oversight.tab_inspectors')}</h2>
      <p className="faint">{t('oversight.inspectors_note', { rate: shareText(format, rate) })}</p>
      <Table
        title={t('oversight.tab_inspectors')}
        // The rate is what one compares: on a phone the columns after it are a sweep away.
        head={[t('oversight.inspector'), t('oversight.rate'), t('oversight.visits'), t('oversight.found'), t('oversight.promised')]}
        rows={items.map((one) => ({
          key: one.inspector,
          cells: [
            <span key="name">{one.name} {one.differs && <span className="tag tag-warn">{t('oversight.differs')}</span>}</span>,
            shareText(format, one.rate),
            format.number(one.visits),
            format.number(one.found),
            format.number(one.promised, 1),
          ],
        }))}
      />
    </section>
  );
}
