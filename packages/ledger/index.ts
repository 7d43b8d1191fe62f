export * from './ledger.ts';
export * from './record.ts';
export type { Sealed } from './seal.ts';
export { dayOf } from './seal.ts';
export type { Found, Query } from './search.ts';
