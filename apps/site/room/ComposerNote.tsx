import { duration, type RoomView, useLanguage } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useCountdown } from './useCountdown.ts';

export const TEXT_MOST = 100;
/** From here on the count is shown. */
const TEXT_WARN = 80;
/** With so few messages left before the rate bites, that is said. */
const LEFT_WARN = 2;

/**
 * The row above the box: why the text is still there, how long until the next one, how much one may still say. It has
 * its place whether it says something or not, so that nothing moves while somebody types.
 */
export function ComposerNote(props: {
  id: string;
  length: number;
  unsent: boolean;
  /** Until the next message may be sent, ms. */
  waitMs: number;
  view: RoomView;
  /** The box no longer holds what was refused. */
  changed: boolean;
}): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { length, unsent, waitMs, view, changed } = props;
  const { allowance, returned, slowMs } = view;
  const low = allowance !== undefined && allowance.left <= LEFT_WARN;
  const renewsSoon = useCountdown(low ? allowance.renewsAt : 0) > 0;

  const said = ((): { text: string; tone: 'mute' | 'warn' | 'danger' } => {
    if (unsent) return { text: t('chat.unsent'), tone: 'danger' };
    if (length > TEXT_MOST) return { text: t('chat.tooLong', { n: length - TEXT_MOST }), tone: 'danger' };
    if (waitMs > 0) {
      const slow = returned && !changed ? returned.code === 'slow' : slowMs > 0;
      return { text: t(slow ? 'chat.waitSlow' : 'chat.waitRate'), tone: 'warn' };
    }
    if (returned && !changed) return { text: t(`chat.returned.${kindOf(returned.code)}`), tone: 'warn' };
    if (low && renewsSoon) return { text: t('chat.left', { n: allowance.left }), tone: 'mute' };
    if (slowMs > 0) return { text: t('chat.slow', { pause: duration(slowMs, language) }), tone: 'mute' };
    return { text: '', tone: 'mute' };
  })();
  return (
    <p id={props.id} className={`composer-note small ${said.tone}`}>
      <span role="status">{said.text}</span>
      {/* Told once in words; the running seconds are for the eye alone. */}
      {waitMs > 0 && !unsent && (
        <b aria-hidden="true">{t('chat.seconds', { n: Math.ceil(waitMs / 1_000) })}</b>
      )}
      {length >= TEXT_WARN && (
        <span className={`composer-count ${length > TEXT_MOST ? 'danger' : 'mute'}`}>
          {length} / {TEXT_MOST}
        </span>
      )}
    </p>
  );
}

/** What can be done about a text that came back: wait, or write it differently. */
const kindOf = (code: string): 'content' | 'moment' => (code === 'content' ? 'content' : 'moment');
