import { FailureLine, type SiteInfo, useLoad } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

/** Signs a member of staff in; the session travels as a cookie. */
export function SignIn(props: { onSignedIn: () => void }): ReactElement {
  const { t } = useTranslation();
  const site = useLoad((signal) => api.get<SiteInfo>('/api/site', signal), []);
  const demo = site.state === 'ready' && site.data.demo;
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWorking(true);
    setError(undefined);
    try {
      await api.post('/api/session', { account, password });
      props.onSignedIn();
    } catch (why) {
      setError(why);
    } finally {
      setWorking(false);
    }
  };
  return (
    <main className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)}>
        <h1>{t('console.signIn.title')}</h1>
        <label className="field">
          <span>{t('console.signIn.account')}</span>
          <input
            className="input"
            autoComplete="username"
            value={account}
            onChange={(event) => setAccount(event.target.value)}
            required
          />
        </label>
        <label className="field">
          <span>{t('console.signIn.password')}</span>
          <input
            className="input"
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            required
          />
        </label>
        {error !== undefined && <FailureLine error={error} />}
        <button type="submit" className="button button-accent" disabled={working}>
          {working ? t('console.signIn.working') : t('console.signIn.submit')}
        </button>
        {demo && (
          <a className="small shell-link" href="/demo">
            {t('console.signIn.demo')}
          </a>
        )}
      </form>
    </main>
  );
}
