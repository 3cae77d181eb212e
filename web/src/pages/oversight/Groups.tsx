import type { Oversight } from '../../api/types';
import { usePack } from '../../app/pack';
import { shareText } from './share';
import { Table } from './Table';

/** Whom the categories burden, and whether the promises hold there. */
export function Groups({ found }: { found: Oversight }) {
  const { t, say, format } = usePack();
  if (!found.year) return <p className="card">{t('oversight.year_none')}</p>;
  return (
    <div className="stack">
      {found.year.attributes.map((attribute) => (
        <section key={attribute.attribute} className="card stack-small">
          <h2>{say(attribute.title)}</h2>
          <Table
            title={say(attribute.title)}
            head={[t('oversight.group'), t('oversight.outcomes'), t('oversight.burdened'), t('oversight.rate'), t('oversight.promised')]}
            rows={attribute.groups.map((group) => ({
              key: group.group,
              cells: [
                group.group === '' ? t('oversight.all') : say(group.title),
                format.number(group.outcomes),
                shareText(format, group.burdened),
                shareText(format, group.rate),
                <Promised key="promised" group={group} />,
              ],
            }))}
          />
        </section>
      ))}
    </div>
  );
}

function Promised({ group }: { group: NonNullable<Oversight['year']>['attributes'][number]['groups'][number] }) {
  const { t, format } = usePack();
  if (group.promised === null || group.promised === undefined) return <>—</>;
  return (
    <>
      {format.share(group.promised)}
      {group.misjudged && <span className="tag tag-warn"> {t('oversight.misjudged')}</span>}
    </>
  );
}
