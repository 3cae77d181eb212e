import '../methodology.css';
import './versions.css';

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';

import { versionsQuery } from '../../../api/queries';
import { usePack } from '../../../app/pack';
import { PageHead } from '../../../ui/controls';
import { Empty, Loading, ProblemView } from '../../../ui/states';
import { Tabs } from '../../../ui/Tabs';
import { Changes } from './Changes';
import { DraftEditor } from './DraftEditor';
import { Effect } from './Effect';
import { Findings } from './Findings';
import { Life } from './Life';
import { StateTag } from './StateTag';

const route = getRouteApi('/shell/methodology/versions/$version');
const TABS = ['life', 'changes', 'effect', 'findings', 'files'] as const;

/** One version: where it stands and who takes it further, what differs, what it would move, what the verifier says. */
export function VersionPage() {
  const { t, language } = usePack();
  const { version: number } = route.useParams();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const versions = useQuery(versionsQuery);
  if (versions.isPending) return <div className="page"><Loading /></div>;
  if (versions.isError) return <ProblemView page error={versions.error} retry={() => void versions.refetch()} />;
  const version = versions.data.items.find((one) => String(one.number) === number || one.hash === number);
  if (!version) {
    return (
      <Empty page title={t('versions.missing')} text={t('errors.METHODOLOGY_UNKNOWN')}>
        <Link className="button" to="/methodology" search={{ tab: 'versions' }}>{t('versions.all')}</Link>
      </Empty>
    );
  }
  const chosen = TABS.find((one) => one === tab) ?? 'life';
  const items = TABS.map((value) => ({ value, label: t(`versions.tab_${value}`) }));
  const document = `/api/v1/methodology/versions/${version.number}/document?language=${language}`;
  return (
    <div className="page">
      <p><Link to="/methodology" search={{ tab: 'versions' }}>← {t('versions.all')}</Link></p>
      <PageHead title={t('versions.number', { number: version.number })} note={`${t('methodology.hash')} ${version.hash.slice(0, 12)}`}>
        <StateTag state={version.state} />
        <a className="button" href={document} download={`methodology-${version.number}.md`}>{t('versions.document')}</a>
      </PageHead>
      <Tabs label={t('versions.number', { number: version.number })} value={chosen} items={items} onChange={(next) => void navigate({ search: { tab: next }, replace: true })}>
        {chosen === 'life' && <Life version={version} />}
        {chosen === 'changes' && <Changes version={version.number} />}
        {chosen === 'effect' && (version.state === 'active' ? <p className="notice">{t('versions.no_effect')}</p> : <Effect version={version.number} />)}
        {chosen === 'findings' && <Findings version={version.number} />}
        {chosen === 'files' && <DraftEditor key={version.hash} version={version} />}
      </Tabs>
    </div>
  );
}
