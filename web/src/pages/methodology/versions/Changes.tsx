import { useQuery } from '@tanstack/react-query';

import { versionDifferenceQuery } from '../../../api/queries';
import type { RuleChangeView } from '../../../api/types';
import { usePack, type PackWords } from '../../../app/pack';
import type { TextKey } from '../../../i18n';
import { Loading, ProblemView } from '../../../ui/states';

/** What differs from the version in force: rule by rule, then the other files. */
export function Changes({ version }: { version: number }) {
  const { t } = usePack();
  const difference = useQuery(versionDifferenceQuery(version));
  if (difference.isPending) return <Loading />;
  if (difference.isError) return <ProblemView error={difference.error} retry={() => void difference.refetch()} />;
  const { rules, files } = difference.data;
  const others = files.filter((file) => !file.path.endsWith('.rhai'));
  if (rules.length === 0 && files.length === 0) return <p className="faint">{t('versions.no_changes')}</p>;
  return (
    <div className="stack">
      {rules.map((rule) => (
        <section key={rule.rule} className="card stack-small">
          <RuleChange rule={rule} />
        </section>
      ))}
      {others.length > 0 && (
        <section className="card stack-small">
          <h2>{t('versions.other_files')}</h2>
          <ul className="bullets">
            {others.map((file) => (
              <li key={file.path}><code>{file.path}</code> <span className="faint">{t(changeText(file.change))}</span></li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function RuleChange({ rule }: { rule: RuleChangeView }) {
  const { t, rule: title } = usePack();
  return (
    <>
      <h2>{title(rule.rule)} <span className="tag">{t(changeText(rule.change))}</span></h2>
      <p className="faint"><code>{rule.rule}</code></p>
      {rule.fields.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t('versions.fields')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('versions.field')}</th>
                <th scope="col">{t('versions.before')}</th>
                <th scope="col">{t('versions.after')}</th>
              </tr>
            </thead>
            <tbody>
              {rule.fields.map((field) => (
                <tr key={field.field}>
                  <th scope="row">{fieldName(field.field, t)}<code>{field.field}</code></th>
                  <td>{field.before || '—'}</td>
                  <td>{field.after || '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(rule.script_before || rule.script_after) && (
        <div className="scripts">
          <Script title={t('versions.before')} text={rule.script_before} />
          <Script title={t('versions.after')} text={rule.script_after} />
        </div>
      )}
    </>
  );
}

const FIELDS: Readonly<Record<string, TextKey>> = {
  points: 'methodology.points', priority: 'methodology.priority', floor: 'methodology.floor', severity: 'methodology.severity',
  kinds: 'methodology.kind', applies_to: 'methodology.applies_to', reads: 'methodology.reads', script: 'methodology.script',
};

function fieldName(field: string, t: PackWords['t']): string {
  const known = FIELDS[field];
  return known ? `${t(known)} ` : '';
}

function Script({ title, text }: { title: string; text: string | null | undefined }) {
  return (
    <div>
      <h3>{title}</h3>
      {text ? <pre className="script" tabIndex={0}>{text.trim()}</pre> : <p className="faint">—</p>}
    </div>
  );
}

function changeText(change: string): TextKey {
  if (change === 'added') return 'versions.change_added';
  return change === 'removed' ? 'versions.change_removed' : 'versions.change_changed';
}
