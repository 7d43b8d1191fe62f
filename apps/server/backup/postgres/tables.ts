/** Tables that a dump holds, each behind those it refers to. A new table belongs here or below; a dump refuses otherwise. */
export const TRAVELS = [
  'users',
  'broadcasts',
  'broadcast_keys',
  'gate_orders',
  'decisions',
  'log_numbers',
  'outbox',
  'deliveries',
  'lexicon_versions',
  'lexicon_hits',
  'contests',
  'room_moderators',
  'room_mutes',
  'room_words',
  'threshold_versions',
  'held_names',
] as const;

/** Tables that no dump holds, and why. */
export const TRAVELS_NOT = {
  migrations: 'it says what was done to this database; the dump names its migrations, and loading runs them',
  sessions: 'a session ended since then would live again: after a restore everybody signs in anew',
} as const;
