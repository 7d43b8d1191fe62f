import { duration, type GateSetting, type Room, type RoomView, useLanguage, type Watch } from '@weir/look';
import { type FormEvent, type ReactElement, useEffect, useId, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useAccount } from '../account/session.tsx';

const TEXT_MOST = 100;
/** From here on the count is shown. */
const TEXT_WARN = 80;

/** The box to write in. Text that was not sent stays; whoever cannot send is told why and what to do. */
export function Composer(props: {
  room: Room | undefined;
  view: RoomView;
  watch: Watch;
  gate: GateSetting | undefined;
}): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const { user } = useAccount();
  const [pathname] = useLocation();
  const { room, view, watch } = props;
  const { state } = useSyncExternalStore(watch.store.subscribe, watch.store.get);
  const [text, setText] = useState('');
  const [unsent, setUnsent] = useState(false);
  const id = useId();
  const length = Array.from(text.trim()).length;

  // What was submitted while the connection was gone goes out when it is back, unless it was changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new connection tries again.
  useEffect(() => {
    if (!unsent || !view.connected || !room?.send(text.trim())) return;
    setUnsent(false);
    setText('');
  }, [view.connected, room]);

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

  const trySend = (): void => {
    const sent = room?.send(text.trim()) ?? false;
    setUnsent(!sent);
    if (sent) setText('');
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (length === 0 || length > TEXT_MOST) return;
    trySend();
  };
  const note = unsent
    ? t('chat.unsent')
    : length > TEXT_MOST
      ? t('chat.tooLong', { n: length - TEXT_MOST })
      : length >= TEXT_WARN
        ? `${length} / ${TEXT_MOST}`
        : view.slowMs > 0
          ? t('chat.slow', { pause: duration(view.slowMs, language) })
          : '';
  return (
    <form className="composer" onSubmit={submit}>
      <p
        id={`${id}note`}
        className={`composer-note small ${length > TEXT_MOST || unsent ? 'danger' : 'mute'}`}
        role="status"
      >
        {note}
      </p>
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
      <button type="submit" className="button button-accent" disabled={length === 0 || length > TEXT_MOST}>
        {t('chat.send')}
      </button>
    </form>
  );
}
