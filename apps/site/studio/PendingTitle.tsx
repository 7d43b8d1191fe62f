import { FailureLine, useLoad } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { useWhyText } from '../room/labels.ts';

const REFRESH_MS = 5_000;

/** A title of one's own that waits for a person, or that one refused (`GET /api/me/names`). */
type OwnName = {
  id: string;
  of: 'title' | 'nickname';
  subject: string;
  text: string | null;
  state: 'held' | 'refused' | 'contested' | 'stands' | 'released';
  category: string;
  reason: string | null;
};

/** Under a title: that another one waits, or why it was refused and the way to another person. */
export function PendingTitle(props: { broadcast: string }): ReactElement | null {
  const { t } = useTranslation();
  const why = useWhyText();
  const [failed, setFailed] = useState<unknown>();
  const load = useLoad((signal) => api.get<{ items: OwnName[] }>('/api/me/names', signal), [], REFRESH_MS);
  const items = load.state === 'ready' ? load.data.items : [];
  const latest = items.find((one) => one.of === 'title' && one.subject === props.broadcast);
  if (!latest || latest.state === 'released') return null;
  const contest = async (): Promise<void> => {
    setFailed(undefined);
    try {
      await api.post(`/api/names/${latest.id}/contest`, {});
      load.reload();
    } catch (error) {
      setFailed(error);
    }
  };
  const waits = latest.state === 'held' || latest.state === 'contested';
  return (
    <div className="desk-pending" data-weir-pending={latest.state}>
      <p className="small">
        <b className={waits ? 'info' : 'warn'}>
          <span aria-hidden="true">{waits ? '◔' : '■'}</span>{' '}
          {t(`studio.pending.${latest.state}`, {
            text: latest.text ?? '–',
            why: why(latest.reason ?? latest.category),
          })}
        </b>{' '}
        {latest.state === 'refused' && (
          <button type="button" className="line-way" onClick={() => void contest()}>
            {t('studio.pending.contest')}
          </button>
        )}
      </p>
      {failed !== undefined && <FailureLine error={failed} />}
    </div>
  );
}
