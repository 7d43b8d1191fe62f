import { Empty, useLoad, View } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '../../api.ts';
import { Bar, BarKey, type BarPart } from '../Bar.tsx';
import { HoursChoice } from '../HoursChoice.tsx';
import type { LexiconView } from '../Lexicon.tsx';
import { useCategoryName } from '../words.tsx';

/** How often a term was found and what came of it. */
type Count = {
  term: string;
  category: string;
  hits: number;
  held: number;
  refused: number;
  contested: number;
  upheld: number;
  overturned: number;
};
type Counts = { since: string; items: Count[]; shadow: Count[]; shadowVersion: number | null };

const HOURS = [1, 24, 168, 720] as const;
const EACH_MS = 10_000;

/** Which terms find what, drawn: much that is overturned on contest is a term that is wrong. */
export function Hits(props: { view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const [hours, setHours] = useState<number>(24);
  const [beside, setBeside] = useState(false);
  const load = useLoad(
    (signal) => api.get<Counts>(`/api/lexicon/hits?hours=${hours}`, signal),
    [hours],
    EACH_MS,
  );
  const shadowVersion = load.state === 'ready' ? load.data.shadowVersion : null;
  return (
    <section className="lexicon-main lexicon-hits" aria-label={t('console.lexicon.tab.hits')}>
      <div className="lexicon-tools">
        <HoursChoice among={HOURS} value={hours} onChange={setHours} />
        {shadowVersion !== null && (
          <label className="check small">
            <input type="checkbox" checked={beside} onChange={(event) => setBeside(event.target.checked)} />
            {t('console.lexicon.hits.beside', { n: shadowVersion })}
          </label>
        )}
      </div>
      <View load={load}>
        {({ items, shadow }) => {
          const counts = beside ? shadow : items;
          return counts.length === 0 ? (
            <Empty text={t('console.lexicon.hits.empty')}>
              <Link className="button" to="/lexicon/try">
                {t('console.lexicon.tab.try')}
              </Link>
            </Empty>
          ) : (
            <HitTable counts={counts} view={props.view} />
          );
        }}
      </View>
    </section>
  );
}

function HitTable(props: { counts: readonly Count[]; view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const category = useCategoryName(props.view.now.categories);
  const whole = Math.max(...props.counts.map(({ hits }) => hits));
  const sum = (of: (one: Count) => number): number => props.counts.reduce((all, one) => all + of(one), 0);
  const found = {
    refused: sum((one) => one.refused),
    held: sum((one) => one.held),
    hits: sum((one) => one.hits),
  };
  const contests = {
    contested: sum((one) => one.contested),
    overturned: sum((one) => one.overturned),
    upheld: sum((one) => one.upheld),
  };
  return (
    <>
      <BarKey parts={[...partsOf(found, t), ...contestParts(contests, t)]} />
      <table className="grid hits">
        <thead>
          <tr>
            <th scope="col">{t('console.lexicon.column.term')}</th>
            <th scope="col">{t('console.lexicon.hits.found')}</th>
            <th scope="col">{t('console.lexicon.hits.contested')}</th>
          </tr>
        </thead>
        <tbody>
          {props.counts.map((one) => (
            <tr key={`${one.category} ${one.term}`}>
              <th scope="row">
                {one.term || t('console.lexicon.hits.others')}
                <div className="small mute">{one.term && category(one.category)}</div>
              </th>
              <td data-what={t('console.lexicon.hits.found')}>
                <span className="hits-bar">
                  <Bar parts={partsOf(one, t)} whole={whole} />
                  <span className="grid-figure">{one.hits}</span>
                </span>
              </td>
              <td data-what={t('console.lexicon.hits.contested')}>
                <Contests count={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** How the contests of a term ended; where more were overturned than upheld, that is said. */
function Contests(props: { count: Count }): ReactElement {
  const { t } = useTranslation();
  const { contested, upheld, overturned } = props.count;
  if (contested === 0) return <span className="mute">–</span>;
  return (
    <span className="hits-bar">
      <Bar parts={contestParts(props.count, t)} whole={contested} />
      <span className="grid-figure">
        {contested}{' '}
        {overturned > upheld && (
          <b className="warn small">
            <span aria-hidden="true">▲</span> {t('console.lexicon.hits.often')}
          </b>
        )}
      </span>
    </span>
  );
}

type Translate = (key: string, values: { n: number }) => string;

function contestParts(of: Pick<Count, 'contested' | 'overturned' | 'upheld'>, t: Translate): BarPart[] {
  const open = Math.max(0, of.contested - of.overturned - of.upheld);
  return [
    { n: open, tone: 'warn', label: t('console.lexicon.hits.open', { n: open }) },
    { n: of.overturned, tone: 'info', label: t('console.lexicon.hits.overturned', { n: of.overturned }) },
    { n: of.upheld, tone: 'ok', label: t('console.lexicon.hits.upheld', { n: of.upheld }) },
  ];
}

function partsOf({ hits, held, refused }: Pick<Count, 'hits' | 'held' | 'refused'>, t: Translate): BarPart[] {
  const passed = Math.max(0, hits - held - refused);
  return [
    { n: refused, tone: 'danger', label: t('console.lexicon.hits.refused', { n: refused }) },
    { n: held, tone: 'warn', label: t('console.lexicon.hits.held', { n: held }) },
    { n: passed, tone: 'mute', label: t('console.lexicon.hits.passed', { n: passed }) },
  ];
}
