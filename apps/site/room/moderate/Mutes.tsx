import { dateTime, FailureLine, type Person, useLoad, View } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWhyText } from '../labels.ts';

type Mute = { user: Person; until: string; reason: string; by: Person; at: string };

/** Who may not speak here, until when and why; any of them may be let speak again. */
export function Mutes(props: { room: string }): ReactElement {
  const { t } = useTranslation();
  const why = useWhyText();
  const [failed, setFailed] = useState<unknown>();
  const path = `/api/rooms/${encodeURIComponent(props.room)}/mutes`;
  const load = useLoad((signal) => api.get<{ items: Mute[] }>(path, signal), [path]);
  const end = async (user: string): Promise<void> => {
    setFailed(undefined);
    try {
      await api.delete(`${path}/${encodeURIComponent(user)}`);
      load.set(({ items }) => ({ items: items.filter((one) => one.user.id !== user) }));
    } catch (error) {
      setFailed(error);
    }
  };
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
                  <button type="button" className="button" onClick={() => void end(one.user.id)}>
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
