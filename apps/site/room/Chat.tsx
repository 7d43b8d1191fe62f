import {
  type Broadcast,
  GateChip,
  NO_ROOM,
  type PlayerState,
  type Room,
  type RoomView,
  type Watch,
} from '@weir/look';
import { type ReactElement, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Alone } from './Alone.tsx';
import { ChatLine, type LineWays } from './ChatLine.tsx';
import { Composer } from './Composer.tsx';
import { useWhyText } from './labels.ts';
import { useModeration } from './moderate/useModeration.tsx';
import { useContest } from './useContest.ts';
import './chat.css';

/** Nearer to the end than this, px, the list follows new lines. */
const AT_END_PX = 48;
/** Whose room takes nobody in. */
const SHUT: ReadonlySet<PlayerState> = new Set(['cut', 'ended', 'age_gated']);
const never = (): (() => void) => () => undefined;
const none = (): RoomView => NO_ROOM;

/**
 * The room as a list: `role=log`, follows the newest unless one reads above or has paused it. Below it the
 * box to write in.
 */
export function Chat(props: {
  room: Room | undefined;
  watch: Watch;
  broadcast: Broadcast | undefined;
}): ReactElement {
  const { t } = useTranslation();
  const { room, broadcast } = props;
  const gate = broadcast?.gate.messages;
  const moderation = useModeration(broadcast);
  const view = useSyncExternalStore(room?.store.subscribe ?? never, room?.store.get ?? none);
  const { state } = useSyncExternalStore(props.watch.store.subscribe, props.watch.store.get);
  const [paused, setPaused] = useState(false);
  const [following, setFollowing] = useState(true);
  const [frozen, setFrozen] = useState<RoomView['lines']>([]);
  const end = useRef<HTMLDivElement>(null);
  const why = useWhyText();
  const contest = useContest(room);
  const ways = useMemo<LineWays>(
    () => ({
      why,
      contest: ({ id }) => {
        if (id !== undefined) contest(id);
      },
      sayAgain: ({ text }) => void room?.send(text),
      person: moderation.person,
    }),
    [why, contest, room, moderation.person],
  );
  const lines = paused ? frozen : view.lines;
  const missed = paused ? view.lines.filter((line) => !frozen.includes(line)).length : 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line moves the list.
  useEffect(() => {
    if (following && end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [lines, following]);

  return (
    <section className="chat" aria-label={t('chat.title')}>
      <div className="chat-head">
        {gate && gate.mode !== 'open' && (
          <span className="chat-gate">
            <span className="mute small">{t('chat.gate')}</span> <GateChip gate={gate} />
          </span>
        )}
        {moderation.open && (
          <button
            type="button"
            className="button button-quiet small"
            data-weir-moderate="yes"
            onClick={moderation.open}
          >
            {t('moderate.title')}
          </button>
        )}
        <button
          type="button"
          className="button button-quiet small"
          aria-pressed={paused}
          onClick={() => {
            setFrozen(view.lines);
            setPaused(!paused);
            setFollowing(true);
          }}
        >
          {paused ? t('chat.resume', { n: missed }) : t('chat.pause')}
        </button>
      </div>
      <div
        ref={end}
        className="chat-list"
        role="log"
        aria-live={paused ? 'off' : 'polite'}
        aria-label={t('chat.list')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key.
        tabIndex={0}
        onScroll={(event) => {
          const list = event.currentTarget;
          setFollowing(list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PX);
        }}
      >
        {lines.length === 0 && (
          <p className="mute chat-empty">
            {t(view.connected ? 'chat.empty' : SHUT.has(state) ? 'chat.shut' : 'chat.connecting')}
          </p>
        )}
        {lines.map((line) => (
          <ChatLine key={line.key} line={line} ways={ways} />
        ))}
      </div>
      {!following && !paused && (
        <button type="button" className="button chat-newest" onClick={() => setFollowing(true)}>
          {t('chat.newest')}
        </button>
      )}
      {moderation.dialog}
      {view.alone && <Alone {...view.alone} onRead={() => room?.dismissAlone()} />}
      <Composer room={room} view={view} watch={props.watch} gate={gate} onContest={contest} />
    </section>
  );
}
