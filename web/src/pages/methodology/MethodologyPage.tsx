import './methodology.css';
import './versions/versions.css';

import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';

import { methodologyQuery } from '../../api/queries';
import { may, usePack, useSession } from '../../app/pack';
import { PageHead } from '../../ui/controls';
import { Tabs } from '../../ui/Tabs';
import { FactsTab } from './FactsTab';
import { ModelTab } from './ModelTab';
import { PolicyTab } from './PolicyTab';
import { RulesTab } from './RulesTab';
import { VersionsTab } from './versions/VersionsTab';

const route = getRouteApi('/shell/methodology');
const TABS = ['rules', 'facts', 'policy', 'model', 'versions'] as const;

/** The methodology in force, to read: rules with their cases and law, facts, the table, the model; and its versions. */
export function MethodologyPage() {
  const { t, format } = usePack();
  const { data: methodology } = useSuspenseQuery(methodologyQuery);
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const note = `${t('methodology.version', { version: methodology.version, date: format.instantDay(methodology.active_since) })} · ${t('methodology.hash')} ${methodology.hash.slice(0, 12)} · ${t('methodology.engine')} ${methodology.engine}`;
  // Who signs versions and writes none comes for those that wait.
  const session = useSession();
  const first = may(session, 'sign_methodology') && !may(session, 'edit_methodology') ? 'versions' : 'rules';
  const chosen = TABS.find((one) => one === tab) ?? first;
  const counts = { rules: ` ${methodology.rule_count}`, facts: ` ${methodology.fact_count}`, policy: '', model: '', versions: '' };
  const items = TABS.map((value) => ({ value, label: `${t(`methodology.tab_${value}`)}${counts[value]}` }));
  return (
    <div className="page">
      <PageHead title={t('methodology.title')} note={note} />
      <Tabs label={t('methodology.title')} value={chosen} items={items} onChange={(next) => void navigate({ search: { tab: next }, replace: true })}>
        {chosen === 'rules' && <RulesTab />}
        {chosen === 'facts' && <FactsTab />}
        {chosen === 'policy' && <PolicyTab policy={methodology.policy} />}
        {chosen === 'versions' && <VersionsTab />}
        {chosen === 'model' && <ModelTab model={methodology.model ?? undefined} role={methodology.policy.role} />}
      </Tabs>
    </div>
  );
}
