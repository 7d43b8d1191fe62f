import { useLoad, View } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { useCategoryName } from '../words.tsx';
import { History } from './History.tsx';
import { SetForm } from './SetForm.tsx';
import {
  fieldOf,
  inherited,
  ROUTES,
  type Routes,
  type Taxonomy,
  type TextRoute,
  type Threshold,
  type Written,
  withField,
  writtenOf,
} from './weights.ts';
import './thresholds.css';

const EACH_MS = 10_000;
export type ThresholdsNow = { live: { version: number; routes: Routes }; taxonomy: Taxonomy };

/** From which score on each category is held and refused, in messages, titles and nicknames; versions of it. */
export function Thresholds(props: { view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const load = useLoad((signal) => api.get<ThresholdsNow>('/api/thresholds', signal), [], EACH_MS);
  return (
    <section className="lexicon-main" aria-label={t('console.lexicon.tab.thresholds')}>
      <View load={load}>
        {(now) => <Sheet key={now.live.version} now={now} view={props.view} onDone={load.reload} />}
      </View>
    </section>
  );
}

function Sheet(props: { now: ThresholdsNow; view: LexiconView; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { now, view } = props;
  const name = useCategoryName(view.now.categories);
  const [written, setWritten] = useState<Written>(() => writtenOf(now.live.routes));
  const codes = [...new Set([...now.taxonomy.map(({ code }) => code), ''])];
  const field = (route: TextRoute, code: string, which: keyof Threshold): ReactElement => (
    <input
      className="input thresholds-field"
      inputMode="decimal"
      aria-label={t(`console.lexicon.thresholds.field.${which}`, {
        route: t(`console.lexicon.thresholds.route.${route}`),
        category: code === '' ? t('console.lexicon.thresholds.others') : name(code),
      })}
      placeholder={String(inherited(now.live.routes, now.taxonomy, route, code)[which])}
      value={fieldOf(written, route, code, which)}
      onChange={(event) => setWritten(withField(written, route, code, which, event.target.value))}
    />
  );
  return (
    <>
      <p className="small">
        <b className="ok">
          <span aria-hidden="true">●</span>{' '}
          {now.live.version === 0
            ? t('console.lexicon.thresholds.shipped')
            : t('console.lexicon.thresholds.inForce', { n: now.live.version })}
        </b>{' '}
        <span className="mute">{t('console.lexicon.thresholds.what')}</span>
      </p>
      <div className="thresholds-wide">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {t('console.lexicon.thresholds.category')}
              </th>
              {ROUTES.map((route) => (
                <th key={route} scope="colgroup" colSpan={2}>
                  {t(`console.lexicon.thresholds.route.${route}`)}
                </th>
              ))}
            </tr>
            <tr>
              {ROUTES.flatMap((route) =>
                (['hold', 'refuse'] as const).map((which) => (
                  <th key={`${route} ${which}`} scope="col">
                    {t(`console.lexicon.thresholds.${which}`)}
                  </th>
                )),
              )}
            </tr>
          </thead>
          <tbody>
            {codes.map((code) => (
              <tr key={code}>
                <th scope="row">{code === '' ? t('console.lexicon.thresholds.others') : name(code)}</th>
                {ROUTES.flatMap((route) =>
                  (['hold', 'refuse'] as const).map((which) => (
                    <td
                      key={`${route} ${which}`}
                      data-route={t(`console.lexicon.thresholds.route.${route}`)}
                      data-which={t(`console.lexicon.thresholds.${which}`)}
                    >
                      {field(route, code, which)}
                    </td>
                  )),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <SetForm now={now} written={written} codes={codes} onDone={props.onDone} />
      <History live={now.live.version} onDone={props.onDone} />
    </>
  );
}
