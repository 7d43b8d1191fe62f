import {
  ActionButton,
  type Broadcast,
  Done,
  Empty,
  FailureLine,
  type Room,
  timeOfDay,
  useActions,
  useLoad,
} from '@weir/look';
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { type Spoken, TALK_ACTIONS, type TalkContext } from './actions.ts';
import { MarkedText } from './MarkedText.tsx';
import type { Removal } from './useRemoval.ts';
import { WhyHeld } from './WhyHeld.tsx';

type Held = Omit<Spoken, 'held'>;
const HELD_EACH_MS = 1_500;
/** Shown messages that are listed; older ones are in the history. */
const SHOWN_MOST = 100;
/** False-positive reports remembered, to mark their messages. */
const REPORTED_MOST = 500;
const NOBODY = { get: () => undefined, subscribe: () => () => undefined };

/**
 * What is said in the room: what was shown, oldest first, and at the end what waits. The list follows the newest
 * unless somebody points at it or has chosen a message: nothing moves under a hand.
 */
export function Talk(props: {
  broadcast: Broadcast;
  room: Room | undefined;
  removal: Removal;
}): ReactElement {
  const { t } = useTranslation();
  const { broadcast, room } = props;
  const store = room?.store;
  const view = useSyncExternalStore((store ?? NOBODY).subscribe, (store ?? NOBODY).get);
  const waits = (broadcast.waiting?.messages ?? 0) > 0 || broadcast.gate.messages.mode === 'review';
  const held = useLoad(
    (signal) =>
      waits
        ? api.get<{ items: Held[] }>(`/api/rooms/${broadcast.id}/held`, signal)
        : Promise.resolve({ items: [] }),
    [broadcast.id, waits],
    waits ? HELD_EACH_MS : undefined,
  );
  const [chosen, setChosen] = useState<string>();
  const at = useRef<string>(undefined);
  const [failed, setFailed] = useState<unknown>();
  const [pointed, setPointed] = useState(false);
  const list = useRef<HTMLDivElement>(null);

  const shown: Spoken[] = (view?.lines ?? [])
    .slice(-SHOWN_MOST)
    .flatMap(({ id, user, text, ts }) => (id === undefined ? [] : [{ id, user, text, ts, held: false }]));
  const waiting: Spoken[] = (held.state === 'ready' ? held.data.items : []).map((one) => ({
    ...one,
    held: true,
  }));
  const ids = new Set(waiting.map(({ id }) => id));
  const spoken = [...shown.filter(({ id }) => !ids.has(id)), ...waiting];
  const choose = (id: string | undefined): void => {
    at.current = id;
    setChosen(id);
  };
  const next = (after: Spoken): string | undefined => {
    const following = spoken.slice(spoken.findIndex(({ id }) => id === after.id) + 1).find((one) => one.held);
    choose(following?.id);
    return following?.id;
  };
  const release = async (message: Spoken): Promise<void> => {
    setFailed(undefined);
    const following = next(message);
    try {
      await api.post(`/api/messages/${message.id}/release`, {});
      held.set(({ items }) => ({ items: items.filter(({ id }) => id !== message.id) }));
    } catch (error) {
      // Whoever has gone on meanwhile stays where they are: what they press next is meant for that one.
      if (at.current === following) choose(message.id);
      setFailed(error);
    }
    held.reload();
  };
  const [reported, setReported] = useState<ReadonlySet<string>>(new Set());
  const reportFalse = async (message: Spoken): Promise<void> => {
    setFailed(undefined);
    try {
      await api.post(`/api/messages/${message.id}/false-positive`, {});
      setReported((before) => new Set([...before, message.id].slice(-REPORTED_MOST)));
    } catch (error) {
      setFailed(error);
    }
  };
  const context: TalkContext = {
    spoken,
    chosen: () => at.current,
    choose,
    release: (message) => void release(message),
    remove: props.removal.ask,
    reportFalse: (message) => void reportFalse(message),
  };
  const actions = useActions(TALK_ACTIONS, context);

  const { removed } = props.removal;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each message that was taken away.
  useEffect(() => {
    if (!removed) return;
    if (at.current === removed.message.id) next(removed.message);
    held.reload();
  }, [removed]);
  const last = spoken.at(-1)?.id;
  useEffect(() => {
    const box = list.current;
    if (!box || last === undefined) return;
    if (chosen !== undefined) box.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
    else if (!pointed) box.scrollTop = box.scrollHeight;
  }, [last, chosen, pointed]);

  return (
    <section className="talk" aria-labelledby="talk-title">
      <div className="talk-head">
        <h3 id="talk-title">{t('console.talk.title')}</h3>
        {waiting.length > 0 && (
          <span className="warn">
            <span aria-hidden="true">◆</span> {t('console.talk.waiting', { n: waiting.length })}
          </span>
        )}
        <span className="talk-acts">
          <ActionButton actions={actions} id="talk.release" />
          <ActionButton actions={actions} id="talk.remove" />
          <ActionButton actions={actions} id="talk.falsePositive" />
        </span>
      </div>
      {removed && (
        <Done at={removed.at}>
          {t(`console.talk.${removed.message.held ? 'refuse' : 'recall'}.done`, {
            time: timeOfDay(removed.at),
          })}
        </Done>
      )}
      {failed !== undefined && <FailureLine error={failed} />}
      {held.state === 'failed' && <FailureLine error={held.error} />}
      {spoken.length === 0 ? (
        <Empty text={t('console.talk.empty')} />
      ) : (
        <div
          ref={list}
          className="talk-list"
          role="listbox"
          aria-labelledby="talk-title"
          tabIndex={0}
          onPointerEnter={() => setPointed(true)}
          onPointerLeave={() => setPointed(false)}
        >
          {spoken.map((one) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys choose, by the actions of the page.
            <div
              key={one.id}
              role="option"
              tabIndex={-1}
              aria-selected={one.id === chosen}
              className={one.held ? 'talk-line talk-held' : 'talk-line'}
              onClick={() => choose(one.id === chosen ? undefined : one.id)}
            >
              <span className="mute small">{timeOfDay(one.ts)}</span>{' '}
              {one.held && (
                <b className="warn small">
                  <span aria-hidden="true">◆</span> {t('console.talk.held')}
                </b>
              )}{' '}
              <span className="mute">{one.user.nickname}</span>{' '}
              <span className="talk-text">
                <MarkedText text={one.text} hits={one.hits} />
              </span>
              {one.held && <WhyHeld message={one} reported={reported.has(one.id)} />}
            </div>
          ))}
        </div>
      )}
    </section>
  );
}
