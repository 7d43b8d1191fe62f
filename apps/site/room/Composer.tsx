import type { GateSetting, Room, RoomView, Watch } from '@weir/look';
import { type FormEvent, type ReactElement, useEffect, useId, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useAccount } from '../account/session.tsx';
import { ComposerNote, TEXT_MOST } from './ComposerNote.tsx';
import { Muted } from './Muted.tsx';
import { useCountdown } from './useCountdown.ts';

/** The box to write in. Text that was not sent stays; whoever cannot send is told why and until when. */
export function Composer(props: {
  room: Room | undefined;
  view: RoomView;
  watch: Watch;
  gate: GateSetting | undefined;
  onContest: (id: string) => void;
}): ReactElement | null {
  const { t } = useTranslation();
  const { user } = useAccount();
  const [pathname] = useLocation();
  const { room, view, watch } = props;
  const { state } = useSyncExternalStore(watch.store.subscribe, watch.store.get);
  const [text, setText] = useState('');
  const [unsent, setUnsent] = useState(false);
  const [sentAt, setSentAt] = useState(0);
  const id = useId();
  const length = Array.from(text.trim()).length;

  // What was submitted while the connection was gone goes out when it is back, unless it was changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new connection tries again.
  useEffect(() => {
    if (!unsent || !view.connected || !room?.send(text.trim())) return;
    setUnsent(false);
    setText('');
  }, [view.connected, room]);

  // What was refused comes back into the box, unless the next text has already been begun.
  const { returned } = view;
  useEffect(() => {
    if (returned) setText((now) => (now.trim() === '' ? returned.text : now));
  }, [returned]);

  const { allowance } = view;
  const spent = allowance?.left === 0 ? allowance.renewsAt : 0;
  const slowed = view.slowMs > 0 && sentAt > 0 ? sentAt + view.slowMs : 0;
  const waitMs = useCountdown(Math.max(returned?.againAt ?? 0, spent, slowed));
  const mutedUntil = view.mute?.until ? Date.parse(view.mute.until) : Number.POSITIVE_INFINITY;
  const mutedMs = useCountdown(view.mute ? mutedUntil : 0);

  if (state === 'cut') return <p className="composer mute">{t('chat.cut')}</p>;
  if (user === null)
    return (
      <p className="composer">
        <Link className="button button-accent composer-wide" to="/sign-in" state={{ from: pathname }}>
          {t('chat.signIn')}
        </Link>
      </p>
    );
  if (props.gate?.mode === 'closed') return <p className="composer mute">{t('chat.closed')}</p>;
  if (view.mute && mutedMs > 0)
    return (
      <Muted mute={view.mute} leftMs={mutedMs} onContest={props.onContest} onTry={() => room?.forgetMute()} />
    );

  const blocked = length === 0 || length > TEXT_MOST || waitMs > 0;
  const trySend = (): void => {
    const sent = room?.send(text.trim()) ?? false;
    setUnsent(!sent);
    if (!sent) return;
    setSentAt(Date.now());
    setText('');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!blocked) trySend();
  };
  return (
    <form className="composer" onSubmit={submit}>
      <ComposerNote
        id={`${id}note`}
        length={length}
        unsent={unsent}
        waitMs={waitMs}
        view={view}
        changed={text !== returned?.text}
      />
      <input
        className="input"
        value={text}
        enterKeyHint="send"
        autoComplete="off"
        aria-label={t('chat.say')}
        aria-describedby={`${id}note`}
        placeholder={t('chat.say')}
        onChange={(event) => {
          setText(event.target.value);
          setUnsent(false);
        }}
        onKeyDown={(event) => {
          // Enter that chooses a word of an input method is no Enter.
          if (event.key === 'Enter' && (event.nativeEvent.isComposing || event.keyCode === 229))
            event.preventDefault();
        }}
      />
      <button type="submit" className="button button-accent" disabled={blocked}>
        {t('chat.send')}
      </button>
    </form>
  );
}
