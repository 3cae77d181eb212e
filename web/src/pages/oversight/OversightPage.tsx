import './oversight.css';

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import { oversightQuery } from '../../api/queries';
import { may, usePack, useSession } from '../../app/pack';
import { PageHead } from '../../ui/controls';
import { Loading, ProblemView } from '../../ui/states';
import { Tabs } from '../../ui/Tabs';
import { Alarms } from './Alarms';
import { Executors } from './Executors';
import { Facts } from './Facts';
import { Groups } from './Groups';
import { Inspectors } from './Inspectors';
import { SecondLooks } from './SecondLooks';
import { Sources } from './Sources';

const route = getRouteApi('/shell/oversight');
const TABS = ['alarms', 'work', 'groups', 'sources', 'facts', 'looks', 'inspectors'] as const;

/** About people, for those who answer for their work. */
const OF_MANAGERS: ReadonlySet<string> = new Set(['work', 'inspectors']);
/** Tabs that ask a question of their own. */
const OWN_QUESTION: ReadonlySet<string> = new Set(['looks', 'work']);

/** What a manager keeps an eye on: drift, groups, sources; inspectors for those who answer for them. */
export function OversightPage() {
  const { t } = usePack();
  const session = useSession();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = TABS.filter((one) => !OF_MANAGERS.has(one) || may(session, 'view_inspector_effects'));
  const chosen = tabs.find((one) => one === tab) ?? 'alarms';
  // One such question is answered at a time: a tab that asks its own would wait for this one.
  const found = useQuery({ ...oversightQuery, enabled: !OWN_QUESTION.has(chosen) });
  const items = tabs.map((value) => ({ value, label: t(`oversight.tab_${value}`) }));
  return (
    <div className="page">
      <PageHead title={t('oversight.title')} note={t('oversight.note')} />
      <Tabs label={t('oversight.title')} value={chosen} items={items} onChange={(next) => void navigate({ search: { tab: next }, replace: true })}>
        {chosen === 'looks' && <SecondLooks />}
        {chosen === 'work' && <Executors />}
        {found.isPending && !OWN_QUESTION.has(chosen) && (
          <>
            <p className="faint" role="status">{t('oversight.counting')}</p>
            <Loading />
          </>
        )}
        {found.isError && !OWN_QUESTION.has(chosen) && <ProblemView error={found.error} retry={() => void found.refetch()} />}
        {found.data && chosen === 'alarms' && <Alarms found={found.data} />}
        {found.data && chosen === 'groups' && <Groups found={found.data} />}
        {found.data && chosen === 'sources' && <Sources found={found.data} />}
        {found.data && chosen === 'facts' && <Facts found={found.data} />}
        {found.data && chosen === 'inspectors' && <Inspectors />}
      </Tabs>
    </div>
  );
}
