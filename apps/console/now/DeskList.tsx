import { Empty, type Stretch, useLoad, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

/** How many stretches of the head are listed; the newest are the ones to drop. */
const SHOWN = 20;

/** The head of a delay or review gate: what the public has not seen yet, and what was taken out of it. */
export function DeskList(props: { id: string }): ReactElement {
  const { t } = useTranslation();
  const desk = useLoad(
    (signal) => api.get<{ stretches: Stretch[] }>(`/api/broadcasts/${props.id}/desk`, signal),
    [props.id],
    1_000,
  );
  const drop = async (stretch: string): Promise<void> => {
    await api.post(`/api/broadcasts/${props.id}/desk/drop`, { stretch }).catch(() => undefined);
    desk.reload();
  };
  return (
    <section className="held" aria-labelledby="desk-title">
      <h3 id="desk-title">{t('console.desk.title')}</h3>
      <View load={desk}>
        {({ stretches }) =>
          stretches.length === 0 ? (
            <Empty text={t('console.desk.empty')} />
          ) : (
            <ul>
              {stretches.slice(-SHOWN).map(({ id, startMs, endMs, state }) => (
                <li key={id}>
                  <span>
                    {t('console.desk.stretch', {
                      from: (startMs / 1_000).toFixed(1),
                      to: (endMs / 1_000).toFixed(1),
                    })}
                  </span>
                  <span className={state === 'held' ? 'warn small' : 'mute small'}>
                    {t(`console.desk.${state}`)}
                  </span>
                  {state === 'held' && (
                    <button type="button" className="button" onClick={() => void drop(id)}>
                      {t('console.desk.drop')}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </View>
    </section>
  );
}
