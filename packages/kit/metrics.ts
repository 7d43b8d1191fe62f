import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One registry a process; `control` gathers those of the others over the bus for `/metrics`. */
export class Metrics {
  readonly registry = new Registry();

  constructor(process: string) {
    this.registry.setDefaultLabels({ process });
  }

  /** Adds the runtime's own figures (memory, event loop, GC). */
  withRuntime(): this {
    collectDefaultMetrics({ register: this.registry, prefix: 'weir_' });
    return this;
  }

  counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: `weir_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** `sample`, where given, is asked for the value each time the figures are read. */
  gauge<L extends string = never>(
    name: string,
    help: string,
    labelNames: L[] = [],
    sample?: (gauge: Gauge<L>) => void,
  ): Gauge<L> {
    return new Gauge<L>({
      name: `weir_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(sample
        ? {
            collect(this: Gauge<L>) {
              sample(this);
            },
          }
        : {}),
    });
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ): Histogram<L> {
    return new Histogram({ name: `weir_${name}`, help, buckets, labelNames, registers: [this.registry] });
  }
}
