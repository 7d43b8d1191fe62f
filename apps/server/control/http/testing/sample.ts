/**
 * Everybody who may knock: nobody, and each role; the publisher as owner of what is asked for and as a stranger to it;
 * `lead` is a reviewer who may change the lexicon.
 */
export const CALLERS = ['nobody', 'viewer', 'stranger', 'owner', 'reviewer', 'lead', 'admin'] as const;
export type Caller = (typeof CALLERS)[number];

/** What a call is about; made anew for each, so that no call sees what another did. */
export type Subject = {
  broadcast: string;
  message: string;
  held: string;
  person: string;
  /** A message of whoever calls that was refused, and a held one in which something was found; a contest. */
  own: string;
  flagged: string;
  contest: string;
  /** Number of a lexicon version that has never acted, and a dry run. */
  draft: number;
  hold: string;
  run: string;
  clip: string;
  stretch: () => Promise<string>;
};

/** One call of the API as somebody outside would write it down: who may, with what, and what comes back. */
export type Sample = {
  may: readonly Caller[];
  path?: (subject: Subject) => string;
  body?: (subject: Subject) => unknown | Promise<unknown>;
  query?: string;
  status?: number;
  /** Refused to everybody here and now, e.g. the demo's roles while only the accounts are on. */
  refused?: { status: number; code: string };
  /** What must be there before. */
  needs?: 'cut' | 'stream' | 'seen' | 'person' | 'draft' | 'run' | 'contest' | 'moderator' | 'clip' | 'hold';
  /** Takes larger bodies than others: one of so many bytes is refused. */
  tooLarge?: number;
  /** A cut broadcast is answered like any other, or refused with another status than 410. */
  cut?: 'allowed' | 409;
  /** Queries that are refused. */
  badQueries?: readonly string[];
};

/** Who may, by the names that the calls use. */
export const MAY = {
  all: CALLERS,
  signedIn: ['viewer', 'stranger', 'owner', 'reviewer', 'lead', 'admin'],
  publishers: ['stranger', 'owner', 'admin'],
  staff: ['reviewer', 'lead', 'admin'],
  lexicon: ['lead', 'admin'],
  owner: ['owner', 'admin'],
  ownerOrStaff: ['owner', 'reviewer', 'lead', 'admin'],
  admin: ['admin'],
} as const;

/** Ways to what a call is about. */
export const broadcast = ({ broadcast }: Subject): string => `/api/broadcasts/${broadcast}`;
export const to =
  (end: string) =>
  (subject: Subject): string =>
    `${broadcast(subject)}${end}`;

export const PASSWORD = 'a-password-of-the-walk';
