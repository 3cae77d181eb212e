import './decisions.css';

import { useInfiniteQuery, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';

import { categoryRequestsQuery, decisionsQuery, proposalItemsQuery, proposalQuery, type ProposalFilters } from '../../api/queries';
import { CATEGORIES, type Category, type CategoryChange, type Proposal } from '../../api/types';
import { usePack, type PackWords } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { PageHead } from '../../ui/controls';
import { MadeByEarlier } from '../../ui/MadeByEarlier';
import { placeName } from '../../ui/place';
import { Empty, Loading, ProblemView } from '../../ui/states';
import { Decide } from './Decide';
import { OpenRequests } from './OpenRequests';

const route = getRouteApi('/shell/decisions');

/** A batch of proposed categories: what would change, on which objects, and one signature. */
export function DecisionsPage() {
  const { t, format } = usePack();
  const { data: proposal } = useSuspenseQuery(proposalQuery);
  // They have a term of law: where any waits, they come first.
  const hasRequests = (useQuery(categoryRequestsQuery).data?.items.length ?? 0) > 0;
  return (
    <div className="page">
      <PageHead title={t('decisions.title')} note={t('decisions.waits', { date: format.instant(proposal.as_of) })} />
      <div className="stack">
        {hasRequests && <OpenRequests />}
        <p>{t('decisions.lead')}</p>
        {proposal.count > 0 && <MadeByEarlier methodology={proposal.methodology} />}
        {proposal.count === 0 ? <Empty title={t('decisions.empty_title')} text={t('decisions.empty_text')} /> : <Changes proposal={proposal} />}
        <Decide proposal={proposal} />
        {proposal.count > 0 && <Items proposal={proposal} />}
        {!hasRequests && <OpenRequests />}
        <Past />
      </div>
    </div>
  );
}

const NONE = 'none';

function filtersOf(change: CategoryChange): ProposalFilters {
  return { control_kind: change.control_kind, old: change.old ?? NONE, new: change.new };
}

/** Names the direction, so that colour is never the only sign of it. */
function direction(change: Pick<CategoryChange, 'old' | 'new'>, { t }: PackWords): string {
  if (!change.old) return t('decisions.first');
  const step = CATEGORIES.indexOf(change.new) - CATEGORIES.indexOf(change.old);
  return t(step > 0 ? 'decisions.raise' : step < 0 ? 'decisions.lower' : 'decisions.same');
}

function From({ old, words }: { old: Category | null | undefined; words: PackWords }) {
  return old ? <CategoryMark category={old} /> : <span className="faint">{words.t('decisions.first_time')}</span>;
}

function Changes({ proposal }: { proposal: Proposal }) {
  const words = usePack();
  const { t, format, controlKind } = words;
  const search = route.useSearch();
  const kinds = [...new Set(proposal.changes.map((change) => change.control_kind))];
  return (
    <section className="card stack-small">
      <h2>{t('decisions.changes')}</h2>
      <div className="changes">
        {kinds.map((kind) => (
          <table key={kind}>
            <caption>{controlKind(kind)}</caption>
            <thead>
              <tr>
                <th scope="col">{t('decisions.from')}</th>
                <th scope="col">{t('decisions.to')}</th>
                <th scope="col">{t('decisions.direction')}</th>
                <th scope="col" className="number">{t('decisions.count')}</th>
              </tr>
            </thead>
            <tbody>
              {proposal.changes.filter((change) => change.control_kind === kind).map((change) => {
                const filters = filtersOf(change);
                const chosen = search.control_kind === kind && search.old === filters.old && search.new === filters.new;
                return (
                  <tr key={`${change.old ?? NONE} ${change.new}`} className={chosen ? 'chosen' : ''}>
                    <td><From old={change.old} words={words} /></td>
                    <td><CategoryMark category={change.new} /></td>
                    <td className="faint">{direction(change, words)}</td>
                    <td className="number">
                      <Link to="/decisions" search={filters} resetScroll={false} aria-current={chosen ? 'true' : undefined}>
                        {format.number(change.count)}
                      </Link>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        ))}
      </div>
    </section>
  );
}

function Items({ proposal }: { proposal: Proposal }) {
  const words = usePack();
  const { t, say, format, controlKindShort } = words;
  const search = route.useSearch();
  const list = useInfiniteQuery(proposalItemsQuery(proposal.run_id, search));
  const filtered = Object.keys(search).length > 0;
  return (
    <section className="card stack-small">
      <div className="items-head">
        <h2>{t('decisions.list')}</h2>
        {filtered && (
          <Link to="/decisions" search={{}} resetScroll={false}>
            {t('decisions.list_all')}
          </Link>
        )}
      </div>
      {list.isPending ? (
        <Loading rows={5} />
      ) : list.isError && !list.data ? (
        <ProblemView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <ul>
          {list.data.pages.flatMap((page) => page.items).map((item) => (
            <li key={`${item.object_id} ${item.control_kind}`} className="item">
              <div>
                <Link to="/objects/$objectId" params={{ objectId: item.object_id }} state={{ from: '/decisions' }}>
                  {placeName(item)}
                </Link>
                <p className="faint">
                  {item.object_key} · {controlKindShort(item.control_kind)}
                </p>
              </div>
              <p className="item-change">
                <From old={item.old} words={words} /> <span aria-hidden="true">→</span> <CategoryMark category={item.new} />
              </p>
              <p>{say(item.why)}</p>
              <p className="number faint">{t('card.points', { points: format.number(item.points, 1) })}</p>
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <button type="button" className="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? t('common.loading_more') : t('common.more')}
        </button>
      )}
    </section>
  );
}

function Past() {
  const { t, format } = usePack();
  const { data, error, refetch } = useQuery(decisionsQuery);
  return (
    <section className="card stack-small">
      <h2>{t('decisions.past')}</h2>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={2} />}
      {data && data.items.length === 0 && <p className="faint">{t('decisions.past_none')}</p>}
      <ul className="past">
        {data?.items.map((decision) => (
          <li key={decision.id}>
            <b>{t('decisions.past_line', { number: decision.order_number })}</b>
            <span>{t('common.objects', { count: decision.count })}</span>
            <span className="faint">
              {decision.official}, {format.instant(decision.decided_at)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
