import type { YearFigures } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { Table } from '../oversight/Table';

type Reason = YearFigures['categories'][number]['reasons'][number];

/** Each category: what is asked for, what of it is made, and why the rest is not. */
export function Categories({ figures }: { figures: YearFigures }) {
  const { t, format, category } = usePack();
  const short = figures.categories.filter((one) => one.reasons.length > 0);
  return (
    <section className="card stack-small">
      <h2>{t('year.by_category')}</h2>
      <Table
        title={t('year.by_category')}
        head={[t('year.category'), t('year.objects'), t('year.required'), t('year.in_time'), t('year.late'), t('year.missed'), t('year.next')]}
        rows={figures.categories.map(({ all, objects }) => ({
          key: all.category,
          cells: [
            <CategoryMark key="name" category={all.category} />,
            ...[objects, all.asked, all.in_time, all.late, all.missed, all.carried].map((one) => format.number(one)),
          ],
        }))}
      />
      {short.length > 0 && (
        <>
          <h3>{t('year.reasons')}</h3>
          <ul className="year-reasons">
            {short.flatMap((one) =>
              one.reasons.map((reason) => (
                <li key={`${one.all.category} ${reasonKey(reason)}`}>
                  {category(one.all.category)}: <strong>{format.number(reason.visits)}</strong> — <ReasonText reason={reason} />
                </li>
              )),
            )}
          </ul>
        </>
      )}
    </section>
  );
}

function reasonKey(reason: Reason): string {
  return `${reason.reason} ${reason.lacks?.en ?? ''}`;
}

function ReasonText({ reason }: { reason: Reason }) {
  const { t, say } = usePack();
  switch (reason.reason) {
    case 'no_time':
      return <>{t('year.reason_no_time')}</>;
    case 'no_inspector':
      return <>{t('year.reason_no_inspector')}</>;
    case 'not_attested':
      return <>{t('year.reason_not_attested')}</>;
    case 'no_position':
      return <>{t('year.reason_no_position')}</>;
    default:
      return <>{t('year.reason_not_lawful', { lacks: reason.lacks ? say(reason.lacks) : '' })}</>;
  }
}
