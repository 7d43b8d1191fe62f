import { preferredLanguage } from '@weir/look/i18n/preferred.ts';
import { followTheme } from '@weir/look/theme.ts';
import { loadTexts } from './i18n/load.ts';
import { askEarly } from './lobby/early.ts';

// A small file that is here long before the rest: while that comes, it asks for what the rest will need.
followTheme();
// Where it fails, the start fails by it.
void loadTexts(preferredLanguage()).catch(() => undefined);
if (location.pathname === '/') void askEarly();
// Not awaited: its files import from this one's, which has to be done by then.
void import('./start.tsx').then(({ start }) => start());
