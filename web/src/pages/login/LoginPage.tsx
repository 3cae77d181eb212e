import './login.css';

import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';

import { client, take } from '../../api/client';
import { sessionQuery, welcomeQuery } from '../../api/queries';
import { safeNext } from '../../app/next';
import { useWords } from '../../i18n';
import { Segments } from '../../ui/controls';
import { ProblemLine } from '../../ui/states';

const route = getRouteApi('/login');

export function LoginPage() {
  const { t, say, language, setLanguage } = useWords();
  const { data: welcome } = useSuspenseQuery(welcomeQuery);
  const { next } = route.useSearch();
  const queries = useQueryClient();
  const router = useRouter();
  const passwordField = useRef<HTMLInputElement>(null);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      const session = await take(client.POST('/api/v1/session', { body: { login: login.trim(), password } }));
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, session);
      await router.navigate({ href: safeNext(next) ?? '/' });
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <div className="login-box">
        <header>
          <img src="/icon.svg" alt="" width="44" height="44" />
          <div>
            <h1>{t('common.product')}</h1>
            <p className="faint">{t('common.product_line')}</p>
          </div>
        </header>
        <p className="login-authority">{say(welcome.authority)}</p>
        <form onSubmit={(event) => void enter(event)}>
          <label className="field">
            <span className="label">{t('common.login_name')}</span>
            <input
              name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus
              value={login} onChange={(event) => setLogin(event.target.value)}
            />
          </label>
          <label className="field">
            <span className="label">{t('common.password')}</span>
            <input
              ref={passwordField} name="password" type="password" autoComplete="current-password" required
              value={password} onChange={(event) => setPassword(event.target.value)}
            />
          </label>
          {failure !== undefined && <ProblemLine error={failure} />}
          <button type="submit" className="button button-primary" disabled={busy}>
            {busy ? t('common.logging_in') : t('common.login')}
          </button>
        </form>
        {welcome.demo_logins.length > 0 && (
          <section className="login-demo">
            <h2>{t('common.demo_logins')}</h2>
            <p className="faint">{t('common.demo_hint')}</p>
            <ul>
              {welcome.demo_logins.map((demo) => (
                <li key={demo.login}>
                  <button
                    type="button"
                    onClick={() => {
                      setLogin(demo.login);
                      passwordField.current?.focus();
                    }}
                  >
                    <span>{say(demo.role_title)}</span>
                    <code>{demo.login}</code>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <footer>
          <Segments
            label={t('common.language')}
            value={language}
            choices={[
              { value: 'ru', label: 'Русский' },
              { value: 'en', label: 'English' },
            ]}
            onChange={setLanguage}
          />
          <span className="faint">{welcome.version}</span>
        </footer>
      </div>
    </main>
  );
}
