import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnName } from './ownNames.ts';

const TONES = { held: 'info', contested: 'info', refused: 'warn', stands: 'warn', released: 'ok' } as const;
const GLYPHS = { held: '◔', contested: '◔', refused: '■', stands: '■', released: '●' } as const;

/** How far a name of one's own is, in `children`'s words, and where it was refused the one tap to another person. */
export function NameState(props: {
  name: OwnName;
  onContest(id: string): void;
  children: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const { id, state } = props.name;
  return (
    <p className="small" data-weir-pending={state}>
      <b className={TONES[state]}>
        <span aria-hidden="true">{GLYPHS[state]}</span> {props.children}
      </b>{' '}
      {state === 'refused' && (
        <button type="button" className="line-way" onClick={() => props.onContest(id)}>
          {t('ownNames.contest')}
        </button>
      )}
    </p>
  );
}
