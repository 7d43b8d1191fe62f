/**
 * What can be wrong with a backup:
 * - `busy`: another backup or purge works in the folder
 * - `no_backup`: there is none, or not the one asked for
 * - `not_mounted`: the folder held backups and holds none now, or the one above it is missing
 * - `not_a_target`: the folder holds other things
 * - `wrong_identity`: what was given opens nothing here
 * - `damaged`, `missing`, `expired`: a file is not as written, gone, or was destroyed at the end of its term
 * - `refused`: the caller asked for what cannot be (a name twice, no recipient, a bad share)
 * - `storage_failed`: the disk refused
 */
export type BackupFaultCode =
  | 'busy'
  | 'no_backup'
  | 'not_mounted'
  | 'not_a_target'
  | 'wrong_identity'
  | 'damaged'
  | 'missing'
  | 'expired'
  | 'refused'
  | 'storage_failed';

/** An error of backup and restore, its message for the person at the command line. */
export class BackupFault extends Error {
  readonly code: BackupFaultCode;

  constructor(code: BackupFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupFault';
    this.code = code;
  }
}
