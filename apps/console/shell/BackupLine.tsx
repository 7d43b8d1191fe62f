import { bytes, dateTime, useLoad } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { BucketWord } from './CapacityLine.tsx';

type Backup = {
  last: { doneAt: string; at: string; bytes: number } | null;
  running: { phase: 'database' | 'ledger' | 'media' | 'keys'; done: number; of: number } | null;
  keysBehind: boolean;
};

const EACH_MS = 15_000;
const HOUR_MS = 3_600_000;
/** Backups are daily; two hours late is late. */
const LATE_MS = 26 * HOUR_MS;

/** At the foot of every page, for an administrator: when the last backup was made and how large it is, and the bucket. */
export function BackupLine(): ReactElement | null {
  const { t } = useTranslation();
  const load = useLoad((signal) => api.get<Backup>('/api/backup', signal), [], EACH_MS);
  if (load.state !== 'ready') return null;
  const { last, running, keysBehind } = load.data;
  const late = !last || load.at - Date.parse(last.at) > LATE_MS;
  const share = running && running.of > 0 ? Math.floor((100 * running.done) / running.of) : undefined;
  return (
    <footer className={late || keysBehind ? 'backup-line late' : 'backup-line'}>
      <span aria-hidden="true">{late || keysBehind ? '▲' : '●'}</span>{' '}
      {last
        ? t('console.backup.last', { at: dateTime(last.at), size: bytes(last.bytes) })
        : t('console.backup.none')}
      {last && late && ` · ${t('console.backup.late')}`}
      {keysBehind && ` · ${t('console.backup.keysBehind')}`}
      {running &&
        ` · ${t(`console.backup.phase.${running.phase}`)}${share === undefined ? '' : ` ${share} %`}`}
      <BucketWord />
    </footer>
  );
}
