import { KINDS } from '@weir/ledger';

/**
 * Labels of what receipts say is gone: parts that were purged, cases that were let go. Each line is a record of the
 * `retention` log, as `weir log search` prints it; those of holds that were placed or extended say nothing here.
 * @param now wall ms; undefined where the clock is simulated
 * @throws Error where a line is none, or the clock is behind them: terms would be read by a wrong day
 */
export function purgedIn(texts: readonly string[], now: number | undefined): string[] {
  const labels: string[] = [];
  for (const text of texts)
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const { kind, ts, parts, id } = recordOf(line);
      const at = typeof ts === 'string' ? Date.parse(ts) : ts;
      if (now !== undefined && at > now)
        throw new Error('the clock of this machine is behind the receipts: set it first');
      if (kind === 'retention.purged') labels.push(...(parts ?? []).map((one) => one.id));
      else if (kind === 'hold.released' && id !== undefined) labels.push(`case ${id}`);
    }
  return labels;
}

type Receipt = { kind: string; ts: number | string; parts?: { id: string }[]; id?: string };

function recordOf(line: string): Receipt {
  const none = (): Error => new Error(`a line of the receipts is none: ${line.slice(0, 60)}`);
  let record: Receipt | null;
  try {
    record = JSON.parse(line) as Receipt | null;
  } catch {
    throw none();
  }
  const isOfLog =
    Object.hasOwn(KINDS, String(record?.kind)) && KINDS[String(record?.kind)]?.log === 'retention';
  if (!record || !isOfLog || Number.isNaN(new Date(record.ts).getTime())) throw none();
  return record;
}
