import './executors.css';

import { useQuery } from '@tanstack/react-query';

import { executorsQuery } from '../../api/queries';
import type { Executor, Executors as Found } from '../../api/types';
import { usePack } from '../../app/pack';
import type { TextKey } from '../../i18n';
import { executors as texts } from '../../i18n/texts/executors';
import { Loading, ProblemView } from '../../ui/states';
import { QueueTerms } from './QueueTerms';
import { shareText } from './share';
import { Table } from './Table';

type LeadTimes = Executor['result_in'];

/** How the work goes: terms that are about to break first, then how long it takes, then who does it how. */
export function Executors() {
  const found = useQuery(executorsQuery);
  const { t } = usePack();
  if (found.isPending) {
    return (
      <>
        <p className="faint" role="status">{t('oversight.counting')}</p>
        <Loading />
      </>
    );
  }
  if (found.isError) return <ProblemView error={found.error} retry={() => void found.refetch()} />;
  return (
    <div className="stack">
      <QueueTerms found={found.data} />
      <Stages found={found.data} />
      <Ratings title={t('executors.units')} rows={found.data.units} />
      <Ratings title={t('executors.people')} rows={found.data.inspectors} />
    </div>
  );
}

const WAYS = ['signal', 'order', 'task'] as const;

/** Each way from its beginning to its end, with the unit that is of use in each stage. */
function Stages({ found }: { found: Found }) {
  const { t, format } = usePack();
  const name = (stage: string) => (stage in texts ? t(`executors.${stage}` as TextKey) : stage);
  const length = (value: number, unit: string) => (unit === 'minutes' ? format.duration(value) : t('executors.working_days', { days: format.number(value) }));
  return (
    <section className="card stack-small">
      <h2>{t('executors.stages')}</h2>
      <p className="faint">{t('executors.stages_note', { from: format.day(found.from), to: format.day(found.today) })}</p>
      {WAYS.map((way) => (
        <Table
          key={way}
          title={t(`executors.way_${way}`)}
          head={[t(`executors.way_${way}`), t('executors.median'), t('executors.p90'), t('executors.measured'), t('executors.unfinished')]}
          rows={found.stages.filter((one) => one.way === way).map(({ stage, unit, took, unfinished }) => ({
            key: stage,
            cells: [name(stage), took ? length(took.median, unit) : '—', took ? length(took.p90, unit) : '—', format.number(took?.count ?? 0), format.number(unfinished)],
          }))}
        />
      ))}
    </section>
  );
}

function Ratings({ title, rows }: { title: string; rows: readonly Executor[] }) {
  const { t, format } = usePack();
  return (
    <section className="card stack-small">
      <h2>{title}</h2>
      <p className="faint">{rows.length === 0 ? t('executors.none') : t('executors.note')}</p>
      {rows.length > 0 && (
        <Table
          title={title}
          head={[t('executors.executor'), t('executors.open_late'), t('executors.on_the_day'), t('executors.result_in'), t('executors.with_result'), t('executors.agreed'), t('executors.made_again'), t('executors.visits')]}
          rows={rows.map((one) => ({
            key: one.executor,
            cells: [
              one.name,
              format.number(one.open_late),
              shareText(format, one.on_the_day),
              timesText(one.result_in, format.number),
              shareText(format, one.with_result),
              shareText(format, one.agreed),
              format.number(one.made_again),
              format.number(one.visits),
            ],
          }))}
        />
      )}
    </section>
  );
}

function timesText(times: LeadTimes, number: (value: number) => string): string {
  return times ? `${number(times.median)} · ${number(times.p90)}` : '—';
}
