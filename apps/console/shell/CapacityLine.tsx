import { useLoad } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

type Bucket = { state: 'none' | 'ok' | 'away' | 'refused' | 'missing'; waiting: number; daysToSeal: number };
type Capacity = { state: 'ok' | 'low' | 'full'; hoursLeft: number | null; bucket?: Bucket };

const EACH_MS = 15_000;
const useCapacity = (): Capacity | undefined => {
  const load = useLoad((signal) => api.get<Capacity>('/api/capacity', signal), [], EACH_MS);
  return load.state === 'ready' ? load.data : undefined;
};

/** Lines over every page while the disk is filling up or full, or the bucket takes nothing; else nothing. */
export function CapacityLine(): ReactElement | null {
  const { t } = useTranslation();
  const now = useCapacity();
  if (!now) return null;
  const { state = 'none', waiting = 0, daysToSeal = 0 } = now.bucket ?? {};
  const isFull = now.state === 'full';
  const disk =
    now.state === 'low'
      ? t('console.capacity.low', { hours: Math.max(1, Math.floor(now.hoursLeft ?? 0)) })
      : isFull && t('console.capacity.full');
  return (
    <>
      {disk && (
        <p className={isFull ? 'capacity-line full' : 'capacity-line'} role="status">
          <span aria-hidden="true">{isFull ? '■' : '▲'}</span> {disk}
        </p>
      )}
      {(state === 'away' || state === 'refused' || state === 'missing') && (
        <p className="capacity-line bucket" role="status">
          <span aria-hidden="true">▲</span>{' '}
          {t(`console.capacity.bucket.${state}`, { waiting, days: daysToSeal })}
        </p>
      )}
    </>
  );
}

/** At the foot, where there is a bucket that takes what it is given: what is on its way to it. */
export function BucketWord(): ReactElement | null {
  const { t } = useTranslation();
  const { state, waiting = 0, daysToSeal = 0 } = useCapacity()?.bucket ?? {};
  if (state !== 'ok') return null;
  const word = waiting + daysToSeal > 0 ? 'moving' : 'ok';
  return (
    <span className="bucket-word">
      {' · '}
      {t(`console.capacity.bucket.${word}`, { waiting, days: daysToSeal })}
    </span>
  );
}
