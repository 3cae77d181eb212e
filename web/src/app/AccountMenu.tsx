import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';

import { client, take } from '../api/client';
import type { Session } from '../api/types';
import { Segments } from '../ui/controls';
import { ProblemLine } from '../ui/states';
import { AccountFace } from './AccountFace';
import type { NavItem } from './navigation';
import { usePack } from './pack';
import { setTheme, THEMES, useTheme } from './theme';

interface Props {
  session: Session;
  /** Sections that do not fit at the bottom of a phone. */
  more: readonly NavItem[];
}

/** Who is here, how it looks, the way out. */
export default function AccountMenu({ session, more }: Props) {
  const { t, say } = usePack();
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
    <DialogTrigger>
      <Button className="account" aria-label={`${session.name}, ${t('common.account').toLowerCase()}`}>
        <AccountFace name={session.name} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="account-menu" aria-label={t('common.account')}>
          {({ close }) => (
            <>
              <p>
                <strong>{session.name}</strong>
                <br />
                <span className="faint">{say(session.role_title)}</span>
              </p>
              {more.length > 0 && (
                <nav className="account-more" aria-label={t('common.more')}>
                  {more.map((item) => (
                    <Link key={item.to} to={item.to} onClick={close}>
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
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
