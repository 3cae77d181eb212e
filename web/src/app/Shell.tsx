/** Header, navigation and the place of the page; on a phone the sections stand at the thumb. */
import { Link, Outlet, useLocation, useMatches } from '@tanstack/react-router';
import { Suspense } from 'react';

import { Segments } from '../ui/controls';
import { Empty } from '../ui/states';
import { AccountMenu } from './AccountMenu';
import { PageLoading } from './fallbacks';
import { navigation, type NavItem } from './navigation';
import { may, usePack, useSession } from './pack';

/** More than this does not fit at the bottom of a phone; the rest is in the account menu. */
const PHONE_ITEMS = 4;

export function Shell() {
  const { t, say, pack, language, setLanguage } = usePack();
  const session = useSession();
  const items = navigation(session);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t('common.skip')}
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{t('common.product')}</span>
        </Link>
        <span className="authority">{say(pack.authority)}</span>
        {pack.demo && <span className="demo-mark">{t('common.demo_mark')}</span>}
        <div className="top-tools">
          <Segments
            label={t('common.language')}
            value={language}
            choices={[
              { value: 'ru', label: 'RU' },
              { value: 'en', label: 'EN' },
            ]}
            onChange={setLanguage}
          />
          <AccountMenu session={session} more={items.slice(PHONE_ITEMS)} />
        </div>
      </header>
      <nav className="sections" aria-label={t('common.sections')}>
        {items.map((item, index) => (
          <Section key={item.to} item={item} phone={index < PHONE_ITEMS} />
        ))}
      </nav>
      <main id="content" className="content" tabIndex={-1}>
        <Suspense fallback={<PageLoading />}>
          <Permitted />
        </Suspense>
      </main>
    </div>
  );
}

function Section({ item, phone }: { item: NavItem; phone: boolean }) {
  const { t } = usePack();
  const from = useLocation({ select: ({ state }) => state.from });
  const origin = from === undefined ? {} : { activeOptions: { exact: true }, 'aria-current': from === item.to ? ('page' as const) : undefined };
  return (
    <Link to={item.to} className={phone ? 'section' : 'section section-wide'} {...origin}>
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path d={item.icon} />
      </svg>
      <span className="section-long">{t(item.label)}</span>
      <span className="section-short">{t(item.short)}</span>
    </Link>
  );
}

/** Shows the page, or says in words that the role may not see it. */
function Permitted() {
  const { t, say } = usePack();
  const session = useSession();
  const needed = useMatches().at(-1)?.staticData.permission;
  if (needed === undefined || may(session, needed)) return <Outlet />;
  return (
    <div className="page">
      <Empty
        page
        title={t('common.no_permission_title')}
        text={t('common.no_permission_text', { role: say(session.role_title) })}
      >
        <Link to="/" className="button">
          {t('common.start_page')}
        </Link>
      </Empty>
    </div>
  );
}
