import type { LogName } from './record.ts';

/**
 * What a record is kept for; how long is data (`retention/policy.ts`). A class belongs to one log, so that a log's
 * day is due when the shortest of its classes is.
 */
export const CLASSES = [
  'talk',
  'content',
  'profile',
  'commerce',
  'evidence',
  'sign_in',
  'network',
  'account',
  'staff',
  'decision',
  'receipt',
] as const;
export type RecordClass = (typeof CLASSES)[number];

type Kind = { log: LogName; class: RecordClass };

const content = (of: RecordClass): Kind => ({ log: 'content', class: of });
const access = (of: RecordClass): Kind => ({ log: 'access', class: of });

/**
 * Every kind of record, its log and its class; README.md says what is in each. Covers and avatars are written by whoever
 * takes pictures of people: Weir takes none yet.
 */
export const KINDS: Readonly<Record<string, Kind>> = {
  'message.published': content('talk'),
  'message.held': content('talk'),
  'message.refused': content('talk'),
  'message.recalled': content('talk'),
  'message.told': content('talk'),
  'broadcast.created': content('content'),
  'title.changed': content('content'),
  'broadcast.started': content('content'),
  'broadcast.ended': content('content'),
  'broadcast.cut': content('content'),
  'segment.recorded': content('content'),
  'cover.changed': content('content'),
  'nickname.changed': content('profile'),
  'avatar.changed': content('profile'),
  'name.held': content('profile'),
  'decision.made': { log: 'moderation', class: 'decision' },
  'gate.changed': { log: 'moderation', class: 'decision' },
  'contest.opened': { log: 'moderation', class: 'decision' },
  'service.reopened': { log: 'moderation', class: 'decision' },
  'session.opened': access('sign_in'),
  'session.refused': access('sign_in'),
  'session.ended': access('sign_in'),
  'password.changed': access('sign_in'),
  'publisher.admitted': access('network'),
  'publisher.refused': access('network'),
  'account.created': access('account'),
  'account.changed': access('account'),
  'evidence.viewed': access('staff'),
  'evidence.clipped': access('staff'),
  'identity.revealed': access('staff'),
  'lexicon.dry_run': access('staff'),
  'clock.advanced': access('staff'),
  'service.restored': access('staff'),
  'backup.ordered': access('staff'),
  'backup.made': access('staff'),
  'retention.purged': { log: 'retention', class: 'receipt' },
  'retention.confirmed': { log: 'retention', class: 'receipt' },
  'hold.placed': { log: 'retention', class: 'receipt' },
  'hold.extended': { log: 'retention', class: 'receipt' },
  'hold.released': { log: 'retention', class: 'receipt' },
};

/** Kinds that another version wrote are kept as what their log's longest-lived records are: nothing goes by mistake. */
const UNKNOWN: Readonly<Record<LogName, RecordClass>> = {
  content: 'content',
  moderation: 'decision',
  access: 'staff',
  retention: 'receipt',
};

/** The class of a record by its kind and log. */
export const classOf = (log: LogName, kind: string): RecordClass => {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  return known?.log === log ? known.class : UNKNOWN[log];
};
