import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';

import { client, take } from '../api/client';
import type { Session } from '../api/types';
import { Segments } from '../ui/controls';
import { ProblemLine } from '../ui/states';
import type { NavItem } from './navigation';
import { usePack } from './pack';
import { setTheme, THEMES, useTheme } from './theme';

interface Props {
  session: Session;
  /** Sections that do not fit at the bottom of a phone. */
  more: readonly NavItem[];
}

const MENU = 'account-menu';

/** Who is here, how it looks, the way out. The browser's own popover: Escape and a click outside close it. */
export function AccountMenu({ session, more }: Props) {
  const { t, say } = usePack();
  const menu = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const [failure, setFailure] = useState<unknown>();

  const leave = async () => {
    try {
      await take(client.DELETE('/api/v1/session'));
      // A fresh page: nothing that this person saw stays in memory.
      location.assign('/login');
    } catch (error) {
      setFailure(error);
    }
  };

  return (
    <>
      <button type="button" className="account" popoverTarget={MENU} aria-label={`${session.name}, ${t('common.account').toLowerCase()}`}>
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
          <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.8-3.600 3.800-5.500 7.500-5.500s6.700 1.900 7.500 5.500" />
        </svg>
        <span className="account-name">{session.name}</span>
      </button>
      <div ref={menu} id={MENU} popover="auto" role="dialog" aria-label={t('common.account')} className="popover account-menu">
        <p>
          <strong>{session.name}</strong>
          <br />
          <span className="faint">{say(session.role_title)}</span>
        </p>
        {more.length > 0 && (
          <nav className="account-more" aria-label={t('common.more')}>
            {more.map((item) => (
              <Link key={item.to} to={item.to} onClick={() => menu.current?.hidePopover()}>
                {t(item.label)}
              </Link>
            ))}
          </nav>
        )}
        <div>
          <p className="label">{t('common.theme')}</p>
          <Segments
            label={t('common.theme')}
            value={theme}
            choices={THEMES.map((value) => ({ value, label: t(`common.theme_${value}`) }))}
            onChange={setTheme}
          />
        </div>
        {failure !== undefined && <ProblemLine error={failure} />}
        <button type="button" className="button" onClick={() => void leave()}>
          {t('common.logout')}
        </button>
      </div>
    </>
  );
}
