/** The four logs. `content` is decided by the ledger's own group commit, the others by PostgreSQL's. */
export const LOGS = ['content', 'moderation', 'access', 'retention'] as const;
export type LogName = (typeof LOGS)[number];

/** What is written of a message that became public. `ts` wall time in ms, `pts` ms of the output timeline. */
export type PublishedMessage = {
  kind: 'message.published';
  ts: number;
  room: string;
  broadcast: string;
  user: string;
  nickname: string;
  id: string;
  offset: number;
  text: string;
  pts: number;
};

/** What a screen found in a message: a category, places in its text, and why it waits. */
export type Findings = {
  category?: string;
  hits?: readonly {
    term: string;
    category: string;
    start: number;
    end: number;
    stages: readonly string[];
  }[];
  trace?: readonly {
    step: string;
    rule: string;
    verdict: 'pass' | 'alone' | 'hold' | 'refuse' | 'mute';
    lexicon?: number;
    thresholds?: number;
  }[];
};

/** A message that waits in a gate. */
export type HeldRecord = Omit<PublishedMessage, 'kind' | 'offset'> &
  Findings & {
    kind: 'message.held';
    mode?: 'delay' | 'review';
  };

/** Anything else a log may hold: flat JSON with at least these. */
export type OtherRecord = {
  kind: string;
  ts: number;
  room?: string;
  broadcast?: string;
  user?: string;
  id?: string;
  [field: string]: unknown;
};

/** A record as it is handed in. */
export type LedgerRecord = PublishedMessage | HeldRecord | OtherRecord;

/** A record as it stands in a log: schema version and gapless number added. */
export type Written = LedgerRecord & { v: 1; n: number };

/** A message as a room shows it; `ts` ISO. */
export type PublicMessage = {
  id: string;
  offset: number;
  user: { id: string; nickname: string };
  text: string;
  ts: string;
  pts: number;
};
/** A message as it waits; `ts` ISO. */
export type HeldMessage = Omit<PublicMessage, 'offset'> & Findings & { mode?: 'delay' | 'review' };

const author = (record: PublishedMessage | HeldRecord): { id: string; nickname: string } => ({
  id: record.user,
  nickname: record.nickname,
});

/** A published record as rooms and pages know it. */
export function toPublic(record: PublishedMessage): PublicMessage {
  const { id, offset, text, ts, pts } = record;
  return { id, offset, user: author(record), text, ts: new Date(ts).toISOString(), pts };
}

/** A held record as rooms and staff know it. */
export function toHeld(record: HeldRecord): HeldMessage {
  const { id, text, ts, pts, mode, category, hits, trace } = record;
  return {
    id,
    user: author(record),
    text,
    ts: new Date(ts).toISOString(),
    pts,
    ...(mode ? { mode } : {}),
    ...(category ? { category } : {}),
    ...(hits ? { hits } : {}),
    ...(trace ? { trace } : {}),
  };
}

export const isPublished = (record: LedgerRecord): record is PublishedMessage =>
  record.kind === 'message.published';
export const isHeld = (record: LedgerRecord): record is HeldRecord => record.kind === 'message.held';

/** What a message record claims for itself alone; undefined where records may repeat. */
export function keyOf(record: LedgerRecord): string | undefined {
  if (isPublished(record)) return `${record.room} ${record.offset}`;
  return record.kind.startsWith('message.') && typeof record.id === 'string'
    ? `${record.kind} ${record.id}`
    : undefined;
}
