import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ALLOW_MOST } from './allowTerm.ts';

/** The term that an answer adds to the lexicon, where it is to. */
export function AllowField(props: { value: string; onChange: (term: string) => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <label className="field">
      <span>{t('console.items.allowTerm')}</span>
      <input
        className="input"
        maxLength={ALLOW_MOST}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <small>{t('console.items.allowHint')}</small>
    </label>
  );
}
