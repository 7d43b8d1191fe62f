export type { Sealed } from './keys/day.ts';
export { dayOf } from './keys/day.ts';
export { classOf, KINDS, type RecordClass } from './kinds.ts';
export * from './ledger.ts';
export * from './record.ts';
export type { Found, Query } from './search.ts';
export { isSimulatedOrigin } from './tree/signer.ts';
export { type LogReport, type VerifyOptions, verifyStore } from './verify/verify.ts';
