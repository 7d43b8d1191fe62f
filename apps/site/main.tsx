import { ActionScope, followTheme, startTexts } from '@weir/look';
import '@weir/look/tokens.css';
import '@weir/look/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { SessionProvider } from './account/session.tsx';
import { SiteProvider } from './frame/site.tsx';
import { en } from './i18n/en.ts';
import { zhCN } from './i18n/zh-CN.ts';
import './site.css';

followTheme();
await startTexts({ 'zh-CN': zhCN, en });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <SiteProvider>
    <SessionProvider>
      <ActionScope>
        <App />
      </ActionScope>
    </SessionProvider>
  </SiteProvider>,
);
