import type { LogName } from '../record.ts';

/** The two orders in which a sealed day is kept. */
export const ORDERS = ['person', 'room'] as const;
export type Order = (typeof ORDERS)[number];

/** Records `first` to `last` of one day of a log, sealed in one pair of objects. */
export type Part = { log: LogName; day: string; first: number; last: number };

const number = (n: number): string => String(n).padStart(16, '0');

/** Where everything sealed of a log's day lies. */
export const dayPrefix = (log: LogName, day: string): string => `${log}/sealed/${day}/`;

/** The object of a part in one order: `LOG/sealed/DAY/FIRST-LAST.ORDER`. */
export const partName = ({ log, day, first, last }: Part, order: Order): string =>
  `${dayPrefix(log, day)}${number(first)}-${number(last)}.${order}`;

/** The object that says which parts a run of segments became: `LOG/sealed/DAY/FIRST.run`. */
export const runName = (log: LogName, day: string, first: number): string =>
  `${dayPrefix(log, day)}${number(first)}.run`;

const RUN = /^[a-z]+\/sealed\/\d{4}-\d{2}-\d{2}\/\d{16}\.run$/;

/** True where an object says that a run is sealed. */
export const isRunName = (name: string): boolean => RUN.test(name);

const PART = /^sealed\/\d{4}-\d{2}-\d{2}\/\d{16}-\d{16}\.(person|room)$/;

/** True where a path in a log's folder is called as parts are. */
export const isPartName = (path: string): boolean => PART.test(path);
