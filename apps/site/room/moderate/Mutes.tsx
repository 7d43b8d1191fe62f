import { dateTime, FailureLine, type Person, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useWhyText } from '../labels.ts';
import { usePeople } from './usePeople.ts';

type Mute = { user: Person; until: string; reason: string; by: Person; at: string };

/** Who may not speak here, until when and why; any of them may be let speak again. */
export function Mutes(props: { room: string }): ReactElement {
  const { t } = useTranslation();
  const why = useWhyText();
  const { load, failed, remove } = usePeople<Mute>(props.room, 'mutes');
  return (
    <section aria-label={t('moderate.mutes')}>
      <h3>{t('moderate.mutes')}</h3>
      <View load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="mute small" data-weir-view="empty">
              {t('moderate.noMutes')}
            </p>
          ) : (
            <ul className="moderate-list">
              {items.map((one) => (
                <li key={one.user.id}>
                  <span>
                    <b>{one.user.nickname}</b>{' '}
                    <span className="mute small">
                      {t('moderate.until', { time: dateTime(one.until) })} · {why(one.reason)} ·{' '}
                      {one.by.nickname}
                    </span>
                  </span>
                  <button type="button" className="button" onClick={() => void remove(one.user.id)}>
                    {t('moderate.unmute')}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </View>
      {failed !== undefined && <FailureLine error={failed} />}
    </section>
  );
}
