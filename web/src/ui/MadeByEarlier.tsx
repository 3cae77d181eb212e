import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';

import { methodologyQuery, versionsQuery } from '../api/queries';
import { may, usePack, useSession } from '../app/pack';

/** Warns that what is looked at was scored by another version of the methodology than the one in force. */
export function MadeByEarlier({ methodology }: { methodology: string }) {
  const { t } = usePack();
  const enabled = may(useSession(), 'view_methodology');
  const inForce = useQuery({ ...methodologyQuery, enabled });
  const versions = useQuery({ ...versionsQuery, enabled });
  if (!inForce.data || !versions.data || inForce.data.hash === methodology) return null;
  const made = versions.data.items.find(({ hash }) => hash === methodology);
  const number = made ? t('versions.number', { number: made.number }) : methodology.slice(0, 12);
  return (
    <p className="notice">
      {t('versions.made_by_earlier', { made: number, active: t('versions.number', { number: inForce.data.version }) })}{' '}
      <Link to="/methodology/versions/$version" params={{ version: String(inForce.data.version) }} search={{ tab: 'changes' }}>
        {t('versions.see_active')}
      </Link>
    </p>
  );
}
