import './admin.css';

import { getRouteApi } from '@tanstack/react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { may, usePack, useSession } from '../../app/pack';
import { PageHead } from '../../ui/controls';
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
  const show = (next: string, of?: string) => void navigate({ search: { tab: next, ...(of ? { source: of } : {}) }, replace: true });
  return (
    <div className="page">
      <PageHead title={t('admin.title')} />
      <Tabs className="tabs" selectedKey={tabs.find((one) => one === tab) ?? 'sources'} onSelectionChange={(key) => show(String(key))}>
        <TabList className="tab-list" aria-label={t('admin.title')}>
          {tabs.map((one) => (
            <Tab key={one} id={one} className="tab">{t(`admin.tab_${one}` as const)}</Tab>
          ))}
        </TabList>
        <TabPanel id="sources"><SourcesTab onSource={(name) => show('deliveries', name)} onRejects={(name) => show('rejects', name)} /></TabPanel>
        <TabPanel id="deliveries"><DeliveriesTab source={source} onSource={(name) => show('deliveries', name)} /></TabPanel>
        <TabPanel id="rejects"><RejectsTab source={source} /></TabPanel>
        {may(session, 'manage_users') && <TabPanel id="users"><UsersTab /></TabPanel>}
      </Tabs>
    </div>
  );
}
