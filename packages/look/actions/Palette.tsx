import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog.tsx';
import { KeyCap } from './KeyCap.tsx';
import type { Scope } from './Scope.tsx';

/** Ctrl/⌘K: every action that is possible now, found by typing. */
export function Palette(props: { scope: Scope; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const found = props.scope.actions.filter(
    (action) => action.possible() && t(action.label).toLowerCase().includes(wanted),
  );
  const run = (index: number): void => {
    const action = found[index];
    if (!action) return;
    props.onClose();
    // After the dialog has given the focus back, so that an action may move it.
    setTimeout(() => action.run(), 0);
  };
  return (
    <Dialog title={t('look.palette.title')} onClose={props.onClose}>
      <input
        className="input"
        type="search"
        autoFocus
        value={query}
        aria-label={t('look.palette.search')}
        placeholder={t('look.palette.search')}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.nativeEvent.isComposing && event.keyCode !== 229) {
            event.preventDefault();
            run(0);
          }
        }}
      />
      <ul className="palette-list">
        {found.map((action, index) => (
          <li key={action.id}>
            <button type="button" className="palette-item" onClick={() => run(index)}>
              <span className={action.danger ? 'danger' : ''}>{t(action.label)}</span>
              {action.key && <KeyCap chord={action.key} />}
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="mute">{t('look.palette.none')}</p>}
    </Dialog>
  );
}
