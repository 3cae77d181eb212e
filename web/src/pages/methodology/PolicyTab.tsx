import type { Methodology } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';

type Policy = Methodology['policy'];

/** The table of severity × probability, its groups, and the role of the model. */
export function PolicyTab({ policy }: { policy: Policy }) {
  const { t } = usePack();
  const cell = (severity: string, probability: string) =>
    policy.matrix.find((one) => one.severity === severity && one.probability === probability)?.category;
  return (
    <div className="stack">
      <section className="card stack-small">
        <h2>{t('methodology.matrix')}</h2>
        <p className="faint">{t('methodology.matrix_note')}</p>
        <div className="scroll-x" tabIndex={0} role="region" aria-label={t('methodology.matrix')}>
          <table className="matrix">
            <thead>
              <tr>
                <td />
                {policy.probability_groups.map((group) => (
                  <th key={group.code} scope="col">{group.code}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {policy.severity_groups.map((row) => (
                <tr key={row.code}>
                  <th scope="row">{row.code}</th>
                  {policy.probability_groups.map((column) => {
                    const category = cell(row.code, column.code);
                    return <td key={column.code}>{category ? <CategoryMark look="chip" category={category} /> : '—'}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <div className="policy-groups">
        <Groups title={t('methodology.severity_groups')} groups={policy.severity_groups} />
        <Groups title={t('methodology.probability_groups')} groups={policy.probability_groups} />
      </div>
      <section className="card stack-small">
        <h2>{t('methodology.role')}: {t(`terms.role_${policy.role}`)}</h2>
        <p>{t(`terms.role_${policy.role}_text`)}</p>
        <p>{t(policy.auto_decide ? 'methodology.auto_decide' : 'methodology.official_decides')}.</p>
      </section>
    </div>
  );
}

function Groups({ title, groups }: { title: string; groups: Policy['severity_groups'] }) {
  const { say } = usePack();
  return (
    <section className="card stack-small">
      <h2>{title}</h2>
      <dl className="passport">
        {groups.map((group) => (
          <div key={group.code}>
            <dt>
              <b>{group.code}</b> {say(group.title)}
            </dt>
            <dd>{group.condition === '' ? '' : <code>{group.condition}</code>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
