import { followTheme, startTexts } from '@weir/look';
import '@weir/look/tokens.css';
import '@weir/look/base.css';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import './console.css';
import './now/now.css';
import './desk/desk.css';
import { loadTexts } from './i18n/load.ts';
import { App } from './shell/App.tsx';

followTheme();
await startTexts(loadTexts);
createRoot(document.getElementById('root') as HTMLElement).render(
  // Not in strict mode: a Watch and a Reel are opened once and closed for good.
  <BrowserRouter basename="/console">
    <App />
  </BrowserRouter>,
);
