import { ActionScope, ApiError, Failure, Forbidden, Loading, type Session, useLoad } from '@weir/look';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type ReactElement, useEffect, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Routes } from 'react-router';
import { api } from '../api.ts';
import { Contests } from '../contests/Contests.tsx';
import { Desk } from '../desk/Desk.tsx';
import { Evidence } from '../evidence/Evidence.tsx';
import { Holds } from '../evidence/holds/Holds.tsx';
import { Floods } from '../floods/Floods.tsx';
import { Lexicon } from '../lexicon/Lexicon.tsx';
import { Names } from '../names/Names.tsx';
import { Now } from '../now/Now.tsx';
import { FeedProvider, useOpenFeed } from '../now/useFeed.ts';
import { SignIn } from '../session/SignIn.tsx';
import { Shell } from './Shell.tsx';
import { useConsoleTheme } from './theme.ts';

/** Staff who may use the console. */
const STAFF = new Set(['reviewer', 'lexicon', 'admin']);

/** A right is a role; an administrator has them all. */
const mayBy =
  (roles: readonly string[]) =>
  (permission: string): boolean =>
    roles.includes(permission) || roles.includes('admin');

/** The console: who is not signed in signs in, who may not review is told so, everybody else sees what is live. */
export function App(): ReactElement {
  const { t, i18n } = useTranslation();
  const theme = useConsoleTheme();
  const session = useLoad((signal) => api.get<Session>('/api/session', signal), []);
  return (
    <ConfigProvider theme={theme} locale={i18n.language === 'en' ? enUS : zhCN}>
      <Inside session={session} forbidden={t('console.forbidden')} />
    </ConfigProvider>
  );
}

function Pages(props: { onSignedOut: () => void }): ReactElement {
  const feed = useOpenFeed();
  const { error } = useSyncExternalStore(feed.store.subscribe, feed.store.get);
  const { onSignedOut } = props;
  // A session that ended elsewhere: sign in again, at the same address.
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  }, [error, onSignedOut]);
  return (
    <FeedProvider value={feed}>
      <Routes>
        <Route path="/b?/:id?" element={<Now />} />
        <Route path="/desk/:id" element={<Desk />} />
        <Route path="/evidence/:id" element={<Evidence />} />
        <Route path="/holds" element={<Holds />} />
        <Route path="/lexicon/*" element={<Lexicon />} />
        <Route path="/contests" element={<Contests />} />
        <Route path="/names" element={<Names />} />
        <Route path="/floods" element={<Floods />} />
        <Route path="*" element={<Now />} />
      </Routes>
    </FeedProvider>
  );
}

function Inside(props: { session: ReturnType<typeof useLoad<Session>>; forbidden: string }): ReactElement {
  const { session } = props;
  const roles = session.state === 'ready' ? session.data.user.roles.join(' ') : '';
  const may = useMemo(() => mayBy(roles.split(' ')), [roles]);
  switch (session.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return <Failure error={session.error} onRetry={session.reload} />;
    case 'forbidden':
      return <SignIn onSignedIn={session.reload} />;
    case 'ready': {
      const { user } = session.data;
      const staff = user.roles.some((role) => STAFF.has(role));
      return (
        <ActionScope may={may}>
          <Shell user={user} onSignedOut={session.reload}>
            {staff ? (
              <Pages onSignedOut={session.reload} />
            ) : (
              <Forbidden error={new ApiError('forbidden', 403)}>
                <p>{props.forbidden}</p>
              </Forbidden>
            )}
          </Shell>
        </ActionScope>
      );
    }
  }
}
