import type { Oversight } from '../../api/types';
import { usePack } from '../../app/pack';
import { shareText } from './share';
import { Table } from './Table';

type Attribute = NonNullable<Oversight['year']>['attributes'][number];
type Group = Attribute['groups'][number];

/** Groups shown at once: a city has a hundred districts, most with a handful of outcomes. */
const SHOWN = 12;

/** Whom the categories burden, and whether the promises hold there. */
export function Groups({ found }: { found: Oversight }) {
  const { t, say, format } = usePack();
  if (!found.year) return <p className="card">{t('oversight.year_none')}</p>;
  return (
    <div className="stack">
      {found.year.attributes.map((attribute) => {
        const groups = ordered(attribute.groups);
        const rest = groups.slice(SHOWN);
        return (
          <section key={attribute.attribute} className="card stack-small">
            <h2>{say(attribute.title)}</h2>
            <GroupTable title={say(attribute.title)} groups={groups.slice(0, SHOWN)} />
            {rest.length > 0 && (
              <details>
                <summary>{t('common.more')}: {format.number(rest.length)}</summary>
                <GroupTable title={`${say(attribute.title)}: ${t('common.more')}`} groups={rest} />
              </details>
            )}
          </section>
        );
      })}
    </div>
  );
}

/** All together first, then what asks for an answer, then where most is known. */
export function ordered(groups: readonly Group[]): Group[] {
  const rank = (group: Group) => (group.group === '' ? 0 : group.misjudged ? 1 : 2);
  return [...groups].sort((a, b) => rank(a) - rank(b) || b.outcomes - a.outcomes || a.group.localeCompare(b.group));
}

function GroupTable({ title, groups }: { title: string; groups: readonly Group[] }) {
  const { t, say, format } = usePack();
  return (
    <Table
      title={title}
      // What was found beside what was promised is what one compares: on a phone the rest is a sweep away.
      head={[t('oversight.group'), t('oversight.rate'), t('oversight.promised'), t('oversight.outcomes'), t('oversight.burdened')]}
      rows={groups.map((group) => ({
        key: group.group,
        cells: [
          group.group === '' ? t('oversight.all') : say(group.title),
          shareText(format, group.rate),
          <Promised key="promised" group={group} />,
          format.number(group.outcomes),
          shareText(format, group.burdened),
        ],
      }))}
    />
  );
}

function Promised({ group }: { group: Group }) {
  const { t, format } = usePack();
  if (group.promised === null || group.promised === undefined) return <>—</>;
  return (
    <>
      {format.share(group.promised)}
      {group.misjudged && <span className="tag tag-warn"> {t('oversight.misjudged')}</span>}
    </>
  );
}
