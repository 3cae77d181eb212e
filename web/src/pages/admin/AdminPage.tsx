import './admin.css';

import { getRouteApi } from '@tanstack/react-router';

import { may, usePack, useSession } from '../../app/pack';
import { PageHead } from '../../ui/controls';
import { Tabs } from '../../ui/Tabs';
import { DeliveriesTab } from './DeliveriesTab';
import { RejectsTab } from './RejectsTab';
import { SourcesTab } from './SourcesTab';
import { UsersTab } from './UsersTab';

const route = getRouteApi('/shell/sources');

/** What came in, what was turned away and why, and who may log in. */
export function AdminPage() {
  const { t } = usePack();
  const session = useSession();
  const { tab, source } = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = ['sources', 'deliveries', 'rejects', ...(may(session, 'manage_users') ? (['users'] as const) : [])] as const;
  const chosen = tabs.find((one) => one === tab) ?? 'sources';
  const items = tabs.map((value) => ({ value, label: t(`admin.tab_${value}`) }));
  const show = (next: string, of?: string) => void navigate({ search: { tab: next, ...(of ? { source: of } : {}) }, replace: true });
  return (
    <div className="page">
      <PageHead title={t('admin.title')} />
      <Tabs label={t('admin.title')} value={chosen} items={items} onChange={(next) => show(next)}>
        {chosen === 'sources' && <SourcesTab onSource={(name) => show('deliveries', name)} onRejects={(name) => show('rejects', name)} />}
        {chosen === 'deliveries' && <DeliveriesTab source={source} onSource={(name) => show('deliveries', name)} />}
        {chosen === 'rejects' && <RejectsTab source={source} />}
        {chosen === 'users' && <UsersTab />}
      </Tabs>
    </div>
  );
}
