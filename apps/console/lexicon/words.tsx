import { useLanguage } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Category, Verdict } from './entry.ts';

/** Words for a category's code in the language of the page. */
export function useCategoryName(categories: readonly Category[]): (code: string) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (code) => {
    const known = categories.find((one) => one.code === code);
    const name = language === 'zh-CN' ? known?.zh : known?.en;
    return name || code || t('console.lexicon.noCategory');
  };
}

const MARKS = { pass: ['●', 'ok'], hold: ['◆', 'warn'], refuse: ['■', 'danger'] } as const;

/** What a text comes to: word, glyph and colour. */
export function VerdictWord(props: { verdict: Verdict }): ReactElement {
  const { t } = useTranslation();
  const [glyph, tone] = MARKS[props.verdict];
  return (
    <b className={`verdict ${tone}`} data-weir-verdict={props.verdict}>
      <span aria-hidden="true">{glyph}</span> {t(`console.lexicon.verdict.${props.verdict}`)}
    </b>
  );
}

const STEPS = [1, 2, 3];

/** How grave a term is: three marks and a word. */
export function SeverityWord(props: { severity: number }): ReactElement {
  const { t } = useTranslation();
  return (
    <span className="severity">
      <span aria-hidden="true">{STEPS.map((step) => (step <= props.severity ? '▮' : '▯')).join('')}</span>{' '}
      {t(`console.lexicon.severity.${props.severity}`)}
    </span>
  );
}
