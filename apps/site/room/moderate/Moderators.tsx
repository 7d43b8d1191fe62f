import { FailureLine, type Person, useLoad, View } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';

type Moderator = { user: Person; by: Person; at: string };

/** Who moderates the room; its publisher names and dismisses them. */
export function Moderators(props: { room: string; owns: boolean }): ReactElement {
  const { t } = useTranslation();
  const [failed, setFailed] = useState<unknown>();
  const path = `/api/rooms/${encodeURIComponent(props.room)}/moderators`;
  const load = useLoad((signal) => api.get<{ items: Moderator[] }>(path, signal), [path]);
  const dismiss = async (user: string): Promise<void> => {
    setFailed(undefined);
    try {
      await api.delete(`${path}/${encodeURIComponent(user)}`);
      load.set(({ items }) => ({ items: items.filter((one) => one.user.id !== user) }));
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <section aria-label={t('moderate.moderators')}>
      <h3>{t('moderate.moderators')}</h3>
      <View load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="mute small" data-weir-view="empty">
              {t(props.owns ? 'moderate.noModerators' : 'moderate.publisherNames')}
            </p>
          ) : (
            <ul className="moderate-list">
              {items.map(({ user }) => (
                <li key={user.id}>
                  <b>{user.nickname}</b>
                  {props.owns && (
                    <button type="button" className="button" onClick={() => void dismiss(user.id)}>
                      {t('moderate.dismiss')}
                    </button>
                  )}
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
