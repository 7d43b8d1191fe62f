import { type Broadcast, type Certificate, Failure, FailureLine, Player } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../account/session.tsx';
import { api } from '../api.ts';
import { useSite } from '../frame/site.tsx';
import { Chat } from '../room/Chat.tsx';
import { useReasonText } from '../room/labels.ts';
import { useRoom } from '../room/useRoom.ts';
import { CertificateCard } from './CertificateCard.tsx';
import { Step } from './Step.tsx';
import { STEPS, type StepName, type TourFacts, useTour } from './tour.ts';

/** A room is entered within this, or the tour goes on without it. */
const ENTER_MS = 2_000;
const ENTER_STEP_MS = 100;

/** The five steps beside a real player and a real room. */
export function Tour(props: { broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  const reasonText = useReasonText();
  const { broadcast } = props;
  const { watch, room, onDanmaku } = useRoom(broadcast.id);
  const { playRole } = useAccount();
  const now = useSyncExternalStore(watch.store.subscribe, watch.store.get);
  const [ordered, setOrdered] = useState<{ at: number; certificate?: Certificate }>();
  const [darkMs, setDarkMs] = useState<number>();
  const [busy, setBusy] = useState<StepName>();
  const [error, setError] = useState<unknown>();
  const lines = useSyncExternalStore(
    room?.store.subscribe ?? never,
    () => room?.store.get().lines ?? NO_LINES,
  );
  const sent = lines.some((line) => line.own?.state === 'shown' || line.own?.state === 'held');
  const facts: TourFacts = {
    state: now.state,
    sent,
    certified: ordered?.certificate !== undefined,
    darkMs,
  };
  const { done, current } = useTour(facts);
  const newest = useRef(room);
  useEffect(() => {
    newest.current = room;
  });
  const entered = async (): Promise<void> => {
    for (let waited = 0; waited < ENTER_MS; waited += ENTER_STEP_MS) {
      await new Promise((resolve) => setTimeout(resolve, ENTER_STEP_MS));
      if (newest.current?.store.get().connected) return;
    }
  };
  const path = `/api/broadcasts/${encodeURIComponent(broadcast.id)}`;

  useEffect(() => {
    if (ordered && darkMs === undefined && now.state === 'cut')
      setDarkMs(Math.max(0, now.since - ordered.at));
  }, [ordered, darkMs, now.state, now.since]);

  const act = async (step: StepName, run: () => Promise<void>): Promise<void> => {
    setBusy(step);
    setError(undefined);
    await run().catch(setError);
    setBusy(undefined);
  };
  const actions: Partial<Record<StepName, () => void>> = {
    watch: () => watch.setMuted(false),
    send: () =>
      void act('send', async () => {
        await playRole('viewer');
      }),
    cut: () =>
      void act('cut', async () => {
        await playRole('reviewer');
        // Another name is another place in the room; from there the page hears of the cut at once.
        await entered();
        setOrdered({ at: Date.now() });
        const certificate = await api.post<Certificate>(`${path}/cut-off`, {
          reason: 'other',
          note: t('demo.note'),
        });
        setOrdered((old) => ({ at: old?.at ?? Date.now(), certificate }));
      }),
    restore: () =>
      void act('restore', async () => {
        await playRole('admin');
        await api.post(`${path}/restore`, { note: t('demo.note') });
        watch.lookNow();
      }),
  };
  if (now.error !== undefined && !now.broadcast)
    return <Failure error={now.error} onRetry={() => watch.reconnect()} />;
  return (
    <div className="tour">
      <section aria-labelledby="steps" className="stack">
        <h2 id="steps">{t('demo.steps')}</h2>
        <ol className="steps">
          {STEPS.map((step) => (
            <Step
              key={step}
              name={step}
              done={done.has(step)}
              current={current === step}
              busy={busy === step}
              run={actions[step]}
            >
              {step === 'dark' && darkMs !== undefined && (
                <strong>{t('demo.darkAfter', { ms: darkMs })}</strong>
              )}
              {step === 'cut' && ordered?.certificate && (
                <CertificateCard certificate={ordered.certificate} />
              )}
            </Step>
          ))}
        </ol>
        {error !== undefined && <FailureLine error={error} />}
        {current === undefined && <p className="ok">{t('demo.finished')}</p>}
      </section>
      <div className="tour-stage">
        <div className="tour-player">
          <Player
            watch={watch}
            title={broadcast.title}
            mark={[site?.providerName, broadcast.number].filter(Boolean).join(' · ')}
            reasonText={reasonText}
            onDanmaku={onDanmaku}
            figures
          />
        </div>
        <div className="tour-chat panel">
          <Chat room={room} watch={watch} broadcast={now.broadcast} />
        </div>
      </div>
    </div>
  );
}

const NO_LINES: never[] = [];
const never = (): (() => void) => () => undefined;
