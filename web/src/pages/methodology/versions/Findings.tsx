import { useQuery } from '@tanstack/react-query';

import { versionFindingsQuery } from '../../../api/queries';
import { usePack } from '../../../app/pack';
import { Loading, ProblemView } from '../../../ui/states';

/** What the verifier says, errors first, each with what shows it. */
export function Findings({ version }: { version: number }) {
  const { t, rule } = usePack();
  const findings = useQuery(versionFindingsQuery(version));
  if (findings.isPending) {
    return (
      <>
        <p className="faint" role="status">{t('versions.counting')}</p>
        <Loading />
      </>
    );
  }
  if (findings.isError) return <ProblemView error={findings.error} retry={() => void findings.refetch()} />;
  const errors = findings.data.items.filter((one) => one.level === 'error');
  const others = findings.data.items.filter((one) => one.level !== 'error');
  if (findings.data.items.length === 0) return <p className="notice notice-good">{t('versions.no_findings')}</p>;
  return (
    <ul className="stack versions">
      {[...errors, ...others].map((one, index) => (
        <li key={`${one.code}-${one.rule ?? ''}-${index}`} className="card stack-small">
          <h2 className="finding-head">
            <span className={one.level === 'error' ? 'tag tag-bad' : 'tag tag-warn'}>{t(one.level === 'error' ? 'versions.level_error' : 'versions.level_warning')}</span>{' '}
            {one.rule ? rule(one.rule) : t('methodology.tab_policy')}
            {one.other && <> · {rule(one.other)}</>}
          </h2>
          <p>{one.message}</p>
          {one.example && <p>{t('versions.example')} <code className="example">{one.example}</code></p>}
          <p className="faint">{one.cause}. {one.action}. ({one.code})</p>
        </li>
      ))}
    </ul>
  );
}
