import { Loading } from '@weir/look';
import { lazy, type ReactElement, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Route, Switch, useRoute } from 'wouter';
import { Footer } from './frame/Footer.tsx';
import { Header } from './frame/Header.tsx';
import { NotFound } from './frame/NotFound.tsx';
import { Lobby } from './lobby/Lobby.tsx';

const RoomPage = lazy(() => import('./room/RoomPage.tsx').then((m) => ({ default: m.RoomPage })));
const Studio = lazy(() => import('./studio/Studio.tsx').then((m) => ({ default: m.Studio })));
const StudioBroadcast = lazy(() =>
  import('./studio/StudioBroadcast.tsx').then((m) => ({ default: m.StudioBroadcast })),
);
const Demo = lazy(() => import('./demo/Demo.tsx').then((m) => ({ default: m.Demo })));
const Me = lazy(() => import('./account/Me.tsx').then((m) => ({ default: m.Me })));
const SignIn = lazy(() => import('./account/SignIn.tsx').then((m) => ({ default: m.SignIn })));

/** The pages of the site. A room on a phone has the screen to itself: no header, no footer. */
export function App(): ReactElement {
  const { t } = useTranslation();
  const [room] = useRoute('/b/:id');
  return (
    <div className={`page ${room ? 'page-room' : ''}`}>
      <a className="skip" href="#main">
        {t('site.skip')}
      </a>
      <Header />
      <main id="main" className="main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/" component={Lobby} />
            <Route path="/b/:id" component={RoomPage} />
            <Route path="/studio" component={Studio} />
            <Route path="/studio/:id" component={StudioBroadcast} />
            <Route path="/demo" component={Demo} />
            <Route path="/me" component={Me} />
            <Route path="/sign-in" component={SignIn} />
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </main>
      <Footer />
    </div>
  );
}
