import { FailureLine } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { MarkedText } from '../../now/talk/MarkedText.tsx';
import { Bar, BarKey, type BarPart } from '../Bar.tsx';
import { COMPILED_WITHIN_MS, type Hit, type Verdict } from '../entry.ts';
import { HoursChoice } from '../HoursChoice.tsx';
import type { LexiconView } from '../Lexicon.tsx';
import { StageWords } from '../StageWords.tsx';
import { VerdictWord } from '../words.tsx';

/** `GET /api/lexicon/dry-runs/{id}`. */
type Run = {
  id: string;
  version: number;
  beside: number;
  hours: number;
  state: 'running' | 'done' | 'failed';
  messages: number;
  whole: boolean;
  would: Record<Verdict, number>;
  newHits: number;
  lostHits: number;
  samples: { text: string; before: Verdict; after: Verdict; hits: Hit[] }[];
};

const HOURS = [1, 24, 168] as const;
const POLL_MS = 400;

/** What the version would have made of what was said: counts, drawn, and samples of what would be judged anew. */
export function DryRun(props: { version: number; runs: number; view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { version, runs } = props;
  const [hours, setHours] = useState<number>(24);
  const [started, setStarted] = useState<Run>();
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const asked = useRef(runs);
  const start = async (): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    try {
      const path = `/api/lexicon/versions/${version}/dry-run`;
      setStarted(await api.post<Run>(path, { hours }, COMPILED_WITHIN_MS));
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each order of the page's action starts one run.
  useEffect(() => {
    if (runs === asked.current) return;
    asked.current = runs;
    if (runs > 0) void start();
  }, [runs]);
  return (
    <section aria-label={t('console.lexicon.dryRun.title')}>
      <h4>{t('console.lexicon.dryRun.title')}</h4>
      <div className="lexicon-tools">
        <HoursChoice among={HOURS} value={hours} onChange={setHours} />
        {!started && !busy && <span className="small mute">{t('console.lexicon.dryRun.hint')}</span>}
        {busy && <span className="small mute">{t('look.writing')}</span>}
      </div>
      {failed !== undefined && <FailureLine error={failed} />}
      {started && <Result key={started.id} started={started} />}
    </section>
  );
}

/** Follows a run until it is over. */
function useRun(started: Run): { run: Run; failed: unknown } {
  const [run, setRun] = useState(started);
  const [failed, setFailed] = useState<unknown>();
  const over = run.state !== 'running';
  useEffect(() => {
    if (over) return;
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      try {
        const now = await api.get<Run>(`/api/lexicon/dry-runs/${started.id}`, left.signal);
        if (left.signal.aborted) return;
        setFailed(undefined);
        setRun(now);
      } catch (error) {
        if (left.signal.aborted) return;
        setFailed(error);
      }
      timer = setTimeout(() => void look(), POLL_MS);
    };
    void look();
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [started.id, over]);
  return { run, failed };
}

function Result(props: { started: Run }): ReactElement {
  const { t } = useTranslation();
  const { run, failed } = useRun(props.started);
  if (failed !== undefined) return <FailureLine error={failed} />;
  if (run.state === 'running')
    return (
      <p role="status" className="mute">
        {t('console.lexicon.dryRun.running', { n: run.messages })}
      </p>
    );
  if (run.state === 'failed') return <p className="danger">{t('console.lexicon.dryRun.failed')}</p>;
  return <Counts run={run} />;
}

function Counts(props: { run: Run }): ReactElement {
  const { t } = useTranslation();
  const { run } = props;
  const parts: BarPart[] = (
    [
      ['pass', 'ok'],
      ['hold', 'warn'],
      ['refuse', 'danger'],
    ] as const
  ).map(([verdict, tone]) => ({
    n: run.would[verdict],
    tone,
    label: `${t(`console.lexicon.verdict.${verdict}`)} ${run.would[verdict]}`,
  }));
  return (
    <div data-weir-dry-run={run.state}>
      <p className="small" role="status">
        {t('console.lexicon.dryRun.judged', { n: run.messages, hours: run.hours, version: run.beside })}{' '}
        {!run.whole && <span className="warn">{t('console.lexicon.dryRun.part')}</span>}
      </p>
      <Bar parts={parts} />
      <BarKey parts={parts} />
      <p>
        <b className="warn">{t('console.lexicon.dryRun.newHits', { n: run.newHits })}</b> ·{' '}
        <b className="ok">{t('console.lexicon.dryRun.lostHits', { n: run.lostHits })}</b>
      </p>
      {run.samples.length === 0 ? (
        <p className="mute">{t('console.lexicon.dryRun.same')}</p>
      ) : (
        <ul className="samples">
          {run.samples.map(({ text, before, after, hits }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: samples of one run never move.
            <li key={i}>
              <span className="small sample-verdicts">
                <VerdictWord verdict={before} /> → <VerdictWord verdict={after} />
              </span>
              <span>
                <MarkedText text={text} hits={hits} />
              </span>
              {hits[0] && (
                <span className="small mute">
                  {hits[0].term} · <StageWords stages={hits[0].stages} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
