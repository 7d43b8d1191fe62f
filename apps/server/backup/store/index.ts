export { BackupFault, type BackupFaultCode } from '../fault.ts';
export { type Entry, type Head, listGenerations, type Part, targetId } from './generation.ts';
export { readKeyPart, writeKeyPart } from './keyPart.ts';
export { checkPlace, isSameDisk } from './known.ts';
export { type Pruned, type PruneOptions, prune } from './prune.ts';
export { BackupReader, type Fault, openBackup } from './reader.ts';
export { checkStored } from './stored.ts';
export { type BackupOptions, type BackupWriter, createBackup, type Put, type PutOptions } from './writer.ts';
