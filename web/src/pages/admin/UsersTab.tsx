import { useQuery } from '@tanstack/react-query';

import { usersQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Loading, ProblemView } from '../../ui/states';

export function UsersTab() {
  const { t, say, format } = usePack();
  const users = useQuery(usersQuery);
  if (users.isPending) return <Loading />;
  if (users.isError) return <ProblemView error={users.error} retry={() => void users.refetch()} />;
  return (
    <div className="stack">
    <p className="notice">{t('admin.users_how')} <code>dozor user add --data DIR --login … --role …</code></p>
    <div className="card scroll-x" tabIndex={0} role="region" aria-label={t('admin.tab_users')}>
      <table role="table" className="counts people">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('admin.name')}</th>
            <th role="columnheader" scope="col">{t('admin.login')}</th>
            <th role="columnheader" scope="col">{t('admin.role')}</th>
            <th role="columnheader" scope="col">{t('admin.staff')}</th>
            <th role="columnheader" scope="col">{t('admin.last_login')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {users.data.items.map((user) => (
            <tr role="row" key={user.login}>
              <td role="cell" data-label={t('admin.name')}>
                {user.name} {!user.enabled && <span className="tag tag-warn">{t('admin.disabled')}</span>}
              </td>
              <td role="cell" data-label={t('admin.login')}><code>{user.login}</code></td>
              <td role="cell" data-label={t('admin.role')}>{say(user.role_title)}</td>
              <td role="cell" data-label={t('admin.staff')}>{user.staff_key ?? '—'}</td>
              <td role="cell" data-label={t('admin.last_login')}>{user.last_login_at ? format.instant(user.last_login_at) : t('admin.never')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    </div>
  );
}
