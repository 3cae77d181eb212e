import './methodology.css';

import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';

import { methodologyQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { PageHead } from '../../ui/controls';
import { FactsTab } from './FactsTab';
import { ModelTab } from './ModelTab';
import { PolicyTab } from './PolicyTab';
import { RulesTab } from './RulesTab';

const route = getRouteApi('/shell/methodology');
const TABS = ['rules', 'facts', 'policy', 'model'] as const;

/** The methodology in force, to read: rules with their cases and law, facts, the table, the model. */
export function MethodologyPage() {
  const { t, format } = usePack();
  const { data: methodology } = useSuspenseQuery(methodologyQuery);
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const note = `${t('methodology.version', { version: methodology.version, date: format.instantDay(methodology.active_since) })} · ${t('methodology.hash')} ${methodology.hash.slice(0, 12)} · ${t('methodology.engine')} ${methodology.engine}`;
  return (
    <div className="page">
      <PageHead title={t('methodology.title')} note={note}>
        <span className="tag">{t('methodology.read_only')}</span>
      </PageHead>
      <Tabs
        className="tabs"
        selectedKey={TABS.find((one) => one === tab) ?? 'rules'}
        onSelectionChange={(key) => void navigate({ search: { tab: String(key) }, replace: true })}
      >
        <TabList className="tab-list" aria-label={t('methodology.title')}>
          {TABS.map((one) => (
            <Tab key={one} id={one} className="tab">
              {t(`methodology.tab_${one}`)}
              {one === 'rules' ? ` ${methodology.rule_count}` : one === 'facts' ? ` ${methodology.fact_count}` : ''}
            </Tab>
          ))}
        </TabList>
        <TabPanel id="rules"><RulesTab /></TabPanel>
        <TabPanel id="facts"><FactsTab /></TabPanel>
        <TabPanel id="policy"><PolicyTab policy={methodology.policy} /></TabPanel>
        <TabPanel id="model"><ModelTab model={methodology.model ?? undefined} role={methodology.policy.role} /></TabPanel>
      </Tabs>
    </div>
  );
}
