import type { Metrics } from '@weir/kit';
import { type Ledger, LOGS } from '@weir/ledger';

/** Figures of the ledger's witnesses: when each cosigned a log last, and which of them refuse it. */
export function countWitnesses(metrics: Metrics, ledger: Ledger): void {
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
}
