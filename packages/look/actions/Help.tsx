import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { capOf, chordOf } from '../keys/chord.ts';
import { type BoundAction, conflicts } from './action.ts';
import { Dialog } from './Dialog.tsx';
import { KeyCap } from './KeyCap.tsx';
import type { Scope } from './Scope.tsx';

/** `?`: every action of the page with its key, which can be changed here, or all letters switched off. */
export function Help(props: { scope: Scope; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const { scope } = props;
  const [changing, setChanging] = useState<string | undefined>(undefined);
  const [taken, setTaken] = useState(false);
  const keyed = scope.actions.filter((action) => action.key !== undefined);
  const groups = Map.groupBy(keyed, (action) => action.group ?? 'look.keys.page');

  const change = (action: BoundAction, event: React.KeyboardEvent): void => {
    if (event.key === 'Tab' || event.key === 'Escape' || /^(Shift|Control|Alt|Meta)$/.test(event.key)) return;
    event.preventDefault();
    const key = chordOf(event.nativeEvent);
    if (!key) return;
    const next = scope.actions.map((one) => (one.id === action.id ? { ...one, key } : one));
    const clash = conflicts(next).length > 0 || key === 'Shift+Slash' || key === 'Mod+KeyK';
    setTaken(clash);
    if (clash) return;
    scope.choose({ ...scope.choices, keys: { ...scope.choices.keys, [action.id]: key } });
    setChanging(undefined);
  };

  return (
    <Dialog title={t('look.keys.title')} onClose={props.onClose}>
      <label className="check">
        <input
          type="checkbox"
          checked={!scope.choices.off}
          onChange={(event) => scope.choose({ ...scope.choices, off: !event.target.checked })}
        />
        {t('look.keys.on')}
      </label>
      <table className="key-table">
        {[...groups].map(([group, actions]) => (
          <tbody key={group}>
            <tr>
              <th colSpan={2} scope="colgroup">
                {t(group)}
              </th>
            </tr>
            {actions.map((action) => (
              <tr key={action.id}>
                <td>{t(action.label)}</td>
                <td>
                  <button
                    type="button"
                    className="button button-quiet"
                    aria-label={`${capOf(action.key ?? '')} ${t('look.keys.change', { action: t(action.label) })}`}
                    onClick={() => {
                      setTaken(false);
                      setChanging(action.id);
                    }}
                    {...(changing === action.id
                      ? { onKeyDown: (event: React.KeyboardEvent) => change(action, event) }
                      : {})}
                  >
                    {changing === action.id
                      ? t('look.keys.press')
                      : action.key && <KeyCap chord={action.key} />}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <p role="status" className="warn small">
        {taken && t('look.keys.taken')}
      </p>
      {Object.keys(scope.choices.keys).length > 0 && (
        <button type="button" className="button" onClick={() => scope.choose({ ...scope.choices, keys: {} })}>
          {t('look.keys.reset')}
        </button>
      )}
    </Dialog>
  );
}
