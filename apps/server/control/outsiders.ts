import { readFileSync } from 'node:fs';
import type { Config, Metrics } from '@weir/kit';
import { Authority, type Ledger, type LedgerOptions, LOGS, witnessOf } from '@weir/ledger';

/** Who outside vouches for the ledger: its witnesses, and who stamps time. @throws Error where a key or file is bad */
export function outsidersOf({
  witness,
  tsaUrl,
  tsaCert,
  tsaPolicy,
}: Config): Pick<LedgerOptions, 'witnesses' | 'timestamps'> {
  return {
    witnesses: witness.map(({ url, vkey }) => ({ url, witness: witnessOf(vkey) })),
    ...(tsaUrl && tsaCert
      ? {
          timestamps: {
            url: tsaUrl,
            authority: new Authority(readFileSync(tsaCert, 'utf8')),
            policy: tsaPolicy,
          },
        }
      : {}),
  };
}

/** Figures of them: when each spoke of the ledger last, and which witnesses refuse a log. */
export function countOutsiders(metrics: Metrics, ledger: Ledger): void {
  metrics.gauge(
    'ledger_cosigned_seconds',
    'When a witness cosigned a log last, by its own clock, seconds since 1970',
    ['log', 'witness'],
    (gauge) => {
      for (const log of LOGS)
        for (const { name, at } of ledger.witnesses(log).cosigned)
          gauge.set({ log, witness: name }, at / 1_000);
    },
  );
  metrics.gauge(
    'ledger_witness_refusals',
    'Witnesses that refuse a log: it was set back, or goes on from another history',
    ['log'],
    (gauge) => {
      for (const log of LOGS) gauge.set({ log }, ledger.witnesses(log).refusals.length);
    },
  );
  metrics.gauge(
    'ledger_stamped_seconds',
    'The last time-stamp of the ledger, by the clock of the authority, seconds since 1970',
    [],
    (gauge) => {
      const last = ledger.outsideTimes().find(({ means }) => means === 'timestamp');
      if (last) gauge.set(last.at / 1_000);
    },
  );
}
