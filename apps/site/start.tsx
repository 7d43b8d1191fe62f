import { ActionScope, startTexts } from '@weir/look';
import '@weir/look/tokens.css';
import '@weir/look/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { NewsProvider } from './account/news.tsx';
import { SessionProvider } from './account/session.tsx';
import { SiteProvider } from './frame/site.tsx';
import { loadTexts } from './i18n/load.ts';
import { loadFilms } from './lobby/early.ts';
import './site.css';

/** Shows the site in the page. */
export async function start(): Promise<void> {
  loadFilms();
  await startTexts(loadTexts);
  const root = document.getElementById('root');
  if (!root) throw new Error('index.html has no #root');
  createRoot(root).render(
    <SiteProvider>
      <SessionProvider>
        <NewsProvider>
          <ActionScope>
            <App />
          </ActionScope>
        </NewsProvider>
      </SessionProvider>
    </SiteProvider>,
  );
}
