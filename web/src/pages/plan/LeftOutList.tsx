import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { leftOutQuery } from '../../api/queries';
import type { LeftOut, LeftOutReason, Plan } from '../../api/types';
import { usePack, type PackWords } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { groundText } from '../../ui/ground';
import { placeName } from '../../ui/place';
import { TextFilter } from '../../ui/TextFilter';
import { Loading, ProblemView } from '../../ui/states';

/** So many of those that stand in the way are named; the rest is a number. */
const NAMED = 3;

interface Props {
  plan: Plan;
  reason: string | undefined;
  /** Part of a key or an address: «why not this one?» */
  text: string | undefined;
  onReason: (reason: string | undefined) => void;
  onText: (text: string | undefined) => void;
}

/** «You knew, why did nobody go?»: every candidate that stayed out, with the reason in words. */
export function LeftOutList({ plan, reason, text, onReason, onText }: Props) {
  const { t, format } = usePack();
  const chosen = plan.left_out.find((one) => one.reason === reason)?.reason;
  const total = plan.left_out.reduce((sum, one) => sum + one.count, 0);
  if (plan.made_later) return <p className="card">{t('plan.out_made_later')}</p>;
  if (total === 0) return <p className="card">{t('plan.left_out_none')}</p>;
  return (
    <section className="card stack-small">
      <h2>{t('plan.left_out')}</h2>
      <TextFilter label={t('plan.find_out')} value={text} onChange={onText} />
      <div className="reasons-filter" role="group" aria-label={t('plan.left_out')}>
        <button type="button" className="legend-item" aria-pressed={chosen === undefined} onClick={() => onReason(undefined)}>
          {t('common.all')} <span className="legend-count">{format.number(total)}</span>
        </button>
        {plan.left_out.map((one) => (
          <button key={one.reason} type="button" className="legend-item" aria-pressed={chosen === one.reason} onClick={() => onReason(one.reason)}>
            {t(`plan.reason_${one.reason}`)} <span className="legend-count">{format.number(one.count)}</span>
          </button>
        ))}
      </div>
      <Rows planId={plan.id} reason={chosen} text={text} />
    </section>
  );
}

function Rows({ planId, reason, text }: { planId: string; reason: LeftOutReason['reason'] | undefined; text: string | undefined }) {
  const words = usePack();
  const { t } = words;
  const list = useInfiniteQuery(leftOutQuery(planId, reason, text));
  if (list.isPending) return <Loading rows={4} />;
  if (list.isError && !list.data) return <ProblemView error={list.error} retry={() => void list.refetch()} />;
  if (list.data.pages.every((page) => page.items.length === 0)) return <p role="status">{t('plan.find_none')}</p>;
  return (
    <>
      <ul className="left-out">
        {list.data.pages
          .flatMap((page) => page.items)
          .map((item) => (
            <Row key={`${item.object_id} ${item.control_kind}`} item={item} words={words} />
          ))}
      </ul>
      {list.isFetchNextPageError && <ProblemView error={list.error} />}
      {list.hasNextPage && (
        <button type="button" className="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? t('common.loading_more') : t('common.more')}
        </button>
      )}
    </>
  );
}

function Row({ item, words }: { item: LeftOut; words: PackWords }) {
  const ground = item.grounds[0];
  return (
    <li className="left-out-row">
      <div>
        <Link to="/objects/$objectId" params={{ objectId: item.object_id }} state={{ from: '/plan' }}>
          {placeName(item)}
        </Link>
        <p className="faint">
          {item.object_key} · {words.controlKindShort(item.control_kind)}
        </p>
      </div>
      <CategoryMark category={item.category} />
      <p>{ground ? groundText(ground, words) : words.t('plan.no_ground')}</p>
      <div>
        <p>{reasonText(item.reason, words, item.territory?.name)}</p>
        <Outlook item={item} words={words} />
      </div>
    </li>
  );
}

/** What would have to give way today, and when its turn comes. */
function Outlook({ item, words }: { item: LeftOut; words: PackWords }) {
  const { t, format } = words;
  const { forcing, expected, planned_on: planned } = item;
  return (
    <>
      {forcing && (
        <p className="faint">
          {t('plan.text_forcing', {
            inspector: forcing.inspector,
            visits: forcing.gives_way.join(', '),
            loss: format.number(forcing.loss, 1),
          })}
        </p>
      )}
      {planned && (
        <p>
          <Link to="/plan" search={{ date: planned }}>{t('plan.text_planned_on', { date: format.day(planned) })}</Link>
        </p>
      )}
      {expected && <p className="faint">{t(expectedText(item.reason), { date: format.day(expected) })}</p>}
      {!expected && !planned && item.reason.reason === 'no_lawful_event' && (
        <p className="faint">{item.reason.needs ? t('plan.text_needs', { needs: words.say(item.reason.needs) }) : t('plan.text_no_day')}</p>
      )}
    </>
  );
}

/** Says what a day on which something is expected means: its turn comes, a task is made, or what keeps it out is over. */
export function expectedText({ reason }: Pick<LeftOutReason, 'reason'>) {
  switch (reason) {
    case 'no_time_left':
    case 'quota':
    case 'mandatory_conflict':
      return 'plan.text_expected';
    case 'task_open':
      return 'plan.text_expected_task';
    default:
      return 'plan.text_expected_then';
  }
}

/** Words a reason; both numbers of «no time» are values of the planner's objective, of voluntary visits of the territory. */
export function reasonText(reason: LeftOutReason, { t, say, format }: PackWords, territory?: string): string {
  switch (reason.reason) {
    case 'no_lawful_event':
      return t('plan.text_no_lawful_event', { lacks: say(reason.lacks) });
    case 'no_inspector_with_skill':
      return t('plan.text_no_inspector_with_skill', { skill: say(reason.skill) });
    case 'no_time_left': {
      const { value, least_planned: least } = reason;
      const words = { value: format.number(value, 1), where: territory === undefined ? '' : t('plan.in_territory', { territory }) };
      if (least === null || least === undefined) return t('plan.text_no_time_left_alone', words);
      return t(least < value ? 'plan.text_no_time_left_gap' : 'plan.text_no_time_left', { ...words, least: format.number(least, 1) });
    }
    case 'quota':
      return t(`plan.text_quota_${reason.of}`, { title: say(reason.title), most: format.number(reason.most) });
    case 'mandatory_conflict': {
      const named = reason.with.slice(0, NAMED).join(', ');
      const more = reason.with.length - NAMED;
      if (reason.with.length === 0) return t('plan.text_mandatory_conflict_alone');
      const text = reason.proof === 'exact' ? 'plan.text_mandatory_conflict_exact' : 'plan.text_mandatory_conflict';
      return t(text, { with: more > 0 ? t('plan.and_more', { named, count: more }) : named });
    }
    case 'appointed':
      return t('plan.text_appointed', { date: format.day(reason.on) });
    case 'deferred':
      return t('plan.text_deferred', { until: format.day(reason.until) });
    case 'mandatory_task_open':
      return t('plan.text_mandatory_task_open', { until: format.day(reason.until) });
    case 'no_position':
    case 'set_aside':
    case 'no_inspector_in_territory':
    case 'inspectors_excluded':
    case 'no_second_inspector':
    case 'never_open':
    case 'too_far':
    case 'task_open':
      return t(`plan.text_${reason.reason}`);
  }
}
