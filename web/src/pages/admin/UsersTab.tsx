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
      <table>
        <thead>
          <tr>
            <th scope="col">{t('admin.name')}</th>
            <th scope="col">{t('admin.login')}</th>
            <th scope="col">{t('admin.role')}</th>
            <th scope="col">{t('admin.staff')}</th>
            <th scope="col">{t('admin.last_login')}</th>
          </tr>
        </thead>
        <tbody>
          {users.data.items.map((user) => (
            <tr key={user.login}>
              <td>
                {user.name} {!user.enabled && <span className="tag tag-warn">{t('admin.disabled')}</span>}
              </td>
              <td><code>{user.login}</code></td>
              <td>{say(user.role_title)}</td>
              <td>{user.staff_key ?? '—'}</td>
              <td>{user.last_login_at ? format.instant(user.last_login_at) : t('admin.never')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
    </div>
  );
}
