import './executors.css';

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { executorsQuery } from '../../api/queries';
import type { Executor, Executors as Found } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import type { TextKey } from '../../i18n';
import { executors as texts } from '../../i18n/texts/executors';
import { Loading, ProblemView } from '../../ui/states';
import { DeskTerms } from './DeskTerms';
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
      <DeskTerms desk={found.data.desk} />
      <Awaited found={found.data} />
      <Stages found={found.data} />
      <Ratings title={t('executors.units')} rows={found.data.units} />
      <Ratings title={t('executors.people')} rows={found.data.inspectors} />
    </div>
  );
}

function Awaited({ found }: { found: Found }) {
  const { t, format } = usePack();
  const mayDecide = may(useSession(), 'decide_categories');
  const { results, requests } = found;
  const overdue = requests.filter((one) => one.overdue).length;
  return (
    <section className="card stack-small">
      <h2>{t('executors.results')}</h2>
      {results.waiting === 0 ? (
        <p>{t('executors.results_none')}</p>
      ) : (
        <p>{t('executors.results_note', { waiting: format.number(results.waiting), overdue: format.number(results.overdue) })}</p>
      )}
      {results.first.length > 0 && (
        <ul className="entries">
          {results.first.map((one) => (
            <li key={`${one.object_id} ${one.planned} ${one.inspector}`}>
              <Link to="/objects/$objectId" params={{ objectId: one.object_id }}>{one.object_title || one.object_key}</Link>{' '}
              <span className="faint">{t('executors.result_line', { inspector: one.inspector, planned: format.day(one.planned), due: format.day(one.due) })}</span>{' '}
              {one.overdue && <span className="tag tag-warn">{t('executors.overdue')}</span>}
            </li>
          ))}
        </ul>
      )}
      <p>
        {t('executors.requests', { count: format.number(requests.length), overdue: format.number(overdue) })}{' '}
        {mayDecide && requests.length > 0 && <Link to="/decisions">{t('executors.to_requests')}</Link>}
      </p>
    </section>
  );
}

function Stages({ found }: { found: Found }) {
  const { t, format } = usePack();
  const name = (stage: string) => (stage in texts ? t(`executors.${stage}` as TextKey) : stage);
  return (
    <section className="card stack-small">
      <h2>{t('executors.stages')}</h2>
      <p className="faint">{t('executors.stages_note', { from: format.day(found.from), to: format.day(found.today) })}</p>
      <Table
        title={t('executors.stages')}
        head={[t('executors.stage'), t('executors.took'), t('executors.measured'), t('executors.unfinished')]}
        rows={found.stages.map((one) => ({
          key: one.stage,
          cells: [name(one.stage), timesText(one.took, format.number), format.number(one.took?.count ?? 0), format.number(one.unfinished)],
        }))}
      />
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
