import { FailureLine, useLoad } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWrite } from '../../now/panel/useWrite.ts';
import type { PlanItem } from './hold.ts';

/** What of the store is due by the wall clock alone: nothing of it goes before two administrators say that it is right. */
export function Unproven(): ReactElement | null {
  const { t } = useTranslation();
  const load = useLoad((signal) => api.get<{ items: PlanItem[] }>('/api/retention', signal), []);
  const items = load.state === 'ready' ? load.data.items.filter(({ state }) => state === 'unproven') : [];
  const [write, run] = useWrite(
    () => api.post('/api/retention/confirm', { items: items.map(({ id }) => id) }),
    load.reload,
  );
  if (load.state === 'failed') return <FailureLine error={load.error} />;
  if (items.length === 0) return null;
  return (
    <section className="holds-unproven" aria-labelledby="holds-unproven">
      <h3 id="holds-unproven">
        <span aria-hidden="true">◆</span> {t('console.holds.unproven.title')}
      </h3>
      <p className="small">{t('console.holds.unproven.why')}</p>
      <ul className="samples">
        {items.map(({ id, on, confirmedBy = [] }) => (
          <li key={id}>
            <span>
              {t('console.holds.unproven.part', { id, day: on })}
              {confirmedBy.length > 0 && (
                <span className="mute">
                  {' '}
                  ·{' '}
                  {t('console.holds.unproven.by', {
                    name: confirmedBy.map((one) => one.nickname || one.id).join(' '),
                  })}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {write.state === 'failed' && <FailureLine error={write.error} />}
      {write.state === 'done' ? (
        <p className="ok small" role="status">
          {t('console.holds.unproven.said')}
        </p>
      ) : (
        <button type="button" className="button" disabled={write.state === 'writing'} onClick={run}>
          {write.state === 'writing' ? t('look.writing') : t('console.holds.unproven.confirm')}
        </button>
      )}
    </section>
  );
}
