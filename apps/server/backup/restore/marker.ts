/** A restore that is under way leaves this file; no service starts beside it. */
export const RESTORING_FILE = 'restoring';
