import { FailureLine } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { useSite } from '../frame/site.tsx';
import { useTitle } from '../frame/title.ts';
import { useAccount } from './session.tsx';

/** Sign-in by account and password; goes back to where it was asked for. */
export function SignIn(): ReactElement {
  const { t } = useTranslation();
  const { signIn } = useAccount();
  const site = useSite();
  const [, navigate] = useLocation();
  const state = useHistoryState<{ from?: string } | null>();
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>();
  const [writing, setWriting] = useState(false);
  useTitle(t('signIn.title'));

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWriting(true);
    setError(undefined);
    try {
      await signIn(account.trim(), password);
      const from = state?.from ?? '/';
      navigate(from.startsWith('/') && !from.startsWith('//') ? from : '/', { replace: true });
    } catch (failed) {
      setError(failed);
      setWriting(false);
    }
  };
  return (
    <form className="narrow stack" onSubmit={(event) => void submit(event)}>
      <h1>{t('signIn.title')}</h1>
      <label className="field">
        <span>{t('signIn.account')}</span>
        <input
          className="input"
          name="account"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={account}
          onChange={(event) => setAccount(event.target.value)}
        />
      </label>
      <label className="field">
        <span>{t('signIn.password')}</span>
        <input
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      {error !== undefined && <FailureLine error={error} />}
      <button type="submit" className="button button-accent" disabled={writing}>
        {t(writing ? 'signIn.writing' : 'signIn.submit')}
      </button>
      {site?.demo && (
        <p className="mute small">
          {t('signIn.demo')} <Link to="/demo">{t('signIn.toDemo')}</Link>
        </p>
      )}
    </form>
  );
}
