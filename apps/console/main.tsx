import { followTheme, startTexts } from '@weir/look';
import '@weir/look/tokens.css';
import '@weir/look/base.css';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import './console.css';
import './now/now.css';
import './desk/desk.css';
import { en } from './i18n/en.ts';
import { zhCN } from './i18n/zh-CN.ts';
import { App } from './shell/App.tsx';

followTheme();
await startTexts({ 'zh-CN': zhCN, en });
createRoot(document.getElementById('root') as HTMLElement).render(
  // Not in strict mode: a Watch and a Reel are opened once and closed for good.
  <BrowserRouter basename="/console">
    <App />
  </BrowserRouter>,
);
