import { useLoad } from '@weir/look';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

type Bucket = { state: 'none' | 'ok' | 'away' | 'refused' | 'missing'; waiting: number; daysToSeal: number };
type Capacity = { state: 'ok' | 'low' | 'full'; hoursLeft: number | null; bucket?: Bucket };

const EACH_MS = 15_000;

/** A line over every page while the disk is filling up or full, or the bucket takes nothing; else nothing. */
export function CapacityLine(): ReactElement | null {
  const { t } = useTranslation();
  const load = useLoad((signal) => api.get<Capacity>('/api/capacity', signal), [], EACH_MS);
  const now = load.state === 'ready' ? load.data : undefined;
  const text = useMemo(() => {
    if (now?.state === 'full') return t('console.capacity.full');
    if (now?.state === 'low')
      return t('console.capacity.low', { hours: Math.max(1, Math.floor(now.hoursLeft ?? 0)) });
    const { state = 'none', waiting = 0, daysToSeal = 0 } = now?.bucket ?? {};
    if (state === 'away' || state === 'refused' || state === 'missing')
      return t(`console.capacity.bucket.${state}`, { waiting, days: daysToSeal });
    return undefined;
  }, [now?.state, now?.hoursLeft, now?.bucket, t]);
  if (!now || text === undefined) return null;
  return (
    <p className={now.state === 'full' ? 'capacity-line full' : 'capacity-line'} role="status">
      <span aria-hidden="true">{now.state === 'full' ? '■' : '▲'}</span> {text}
    </p>
  );
}
