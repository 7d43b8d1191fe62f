import { Empty, timeOfDay, useLoad, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

type Held = { id: string; user: { nickname: string }; text: string; ts: string };

/** Messages that wait in a `review` gate, oldest first; each passes only when a person lets it. */
export function HeldMessages(props: { room: string }): ReactElement {
  const { t } = useTranslation();
  const held = useLoad(
    (signal) => api.get<{ items: Held[] }>(`/api/rooms/${props.room}/held`, signal),
    [props.room],
    2_000,
  );
  const act = async (id: string, path: string, body: object): Promise<void> => {
    await api.post(`/api/messages/${id}/${path}`, body).catch(() => undefined);
    held.reload();
  };
  return (
    <section className="held" aria-labelledby="held-title">
      <h3 id="held-title">{t('console.held.title')}</h3>
      <View load={held}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={t('console.held.empty')} />
          ) : (
            <ul>
              {items.map((message) => (
                <li key={message.id}>
                  <span className="mute small">
                    {timeOfDay(message.ts)} {message.user.nickname}
                  </span>
                  <span>{message.text}</span>
                  <button
                    type="button"
                    className="button"
                    onClick={() => void act(message.id, 'release', {})}
                  >
                    {t('console.held.release')}
                  </button>
                  <button
                    type="button"
                    className="button"
                    onClick={() => void act(message.id, 'refuse', { reason: 'other' })}
                  >
                    {t('console.held.refuse')}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </View>
    </section>
  );
}
