import { FailureLine, type Person, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from './usePeople.ts';

type Moderator = { user: Person; by: Person; at: string };

/** Who moderates the room; its publisher names and dismisses them. */
export function Moderators(props: { room: string; owns: boolean }): ReactElement {
  const { t } = useTranslation();
  const { load, failed, remove } = usePeople<Moderator>(props.room, 'moderators');
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
                    <button type="button" className="button" onClick={() => void remove(user.id)}>
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
