import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Which } from '../../lexicon/counts.ts';
import type { GateMode } from '../../wire.ts';
import type { Contest } from '../contests.ts';
import type { VersionState } from '../lexicon/version.ts';
import type { HeldName, NameState } from '../names/name.ts';

type Fixed<T> = ColumnType<T, T, never>;

export type UserRow = {
  id: Fixed<string>;
  account: Fixed<string>;
  nickname: string;
  roles: string[];
  password_hash: string | null;
  demo: Generated<boolean>;
  disabled_at: Date | null;
  created_at: Fixed<Date>;
};

export type SessionRow = {
  token_hash: Fixed<Buffer>;
  user_id: Fixed<string>;
  created_at: Fixed<Date>;
  expires_at: Date;
};

export type BroadcastRow = {
  id: Fixed<string>;
  number: ColumnType<number, never, never>;
  title: string;
  kind: Fixed<string>;
  category: string;
  publisher: Fixed<string>;
  state: string;
  epoch: Generated<number>;
  slow_ms: Generated<number>;
  rehearsal: Generated<boolean>;
  created_at: Fixed<Date>;
  started_at: Date | null;
  ended_at: Date | null;
  ends: Generated<Date[]>;
  refused_code: string | null;
  refused_at: Date | null;
};

export type KeyRow = {
  hash: Fixed<Buffer>;
  broadcast: Fixed<string>;
  created_at: Fixed<Date>;
  retired_at: Date | null;
};

export type GateOrderRow = {
  broadcast: string;
  gate: 'media' | 'messages';
  mode: Exclude<GateMode, 'open'>;
  delay_ms: number;
  ordered_by: string;
  ordered_at: Date;
};

export type DecisionRow = {
  id: Fixed<string>;
  kind: Fixed<string>;
  broadcast: Fixed<string | null>;
  subject: Fixed<string | null>;
  reason: Fixed<string | null>;
  clause: Fixed<string | null>;
  decided_by: Fixed<string>;
  decided_at: Fixed<Date>;
  certificate: JSONColumnType<object> | null;
  lifted_by: string | null;
};

export type LogNumberRow = { log: string; last: number };
export type OutboxRow = { log: string; n: number; day: string; sealed: Buffer };
export type DeliveryRow = {
  id: string;
  url: string;
  event: string;
  body: JSONColumnType<object>;
  created_at: Date;
};

export type LexiconVersionRow = {
  version: Fixed<number>;
  hash: Fixed<Buffer>;
  state: VersionState;
  note: Fixed<string>;
  terms: Fixed<number>;
  bytes: Fixed<number>;
  added: Fixed<number>;
  removed: Fixed<number>;
  changed: Fixed<number>;
  made_by: Fixed<string>;
  made_at: Fixed<Date>;
  state_by: string;
  state_at: Date;
};
export type LexiconHitRow = {
  hour: Date;
  lexicon: Which;
  term: string;
  category: string;
  hits: number;
  held: number;
  refused: number;
};

export type ContestRow = {
  id: Fixed<string>;
  kind: Fixed<Contest['kind']>;
  message: Fixed<string>;
  room: Fixed<string>;
  author: Fixed<string>;
  made_by: Fixed<string>;
  made_at: Fixed<Date>;
  category: Fixed<string>;
  terms: Fixed<string[]>;
  lexicon: Fixed<number | null>;
  state: Contest['state'];
  answered_by: string | null;
  answered_at: Date | null;
  version: number | null;
  allow: string | null;
};
export type ThresholdVersionRow = {
  version: Fixed<number>;
  routes: ColumnType<unknown, string, never>;
  state: 'live' | 'retired';
  note: Fixed<string>;
  made_by: Fixed<string>;
  made_at: Fixed<Date>;
  state_by: string;
  state_at: Date;
};
export type HeldNameRow = {
  id: Fixed<string>;
  kind: Fixed<HeldName['of']>;
  subject: Fixed<string>;
  owner: Fixed<string>;
  made_by: Fixed<string>;
  made_at: Fixed<Date>;
  category: Fixed<string>;
  state: NameState;
  reason: string | null;
  answered_by: string | null;
  answered_at: Date | null;
  seen_at: Date | null;
};
export type ModeratorRow = { room: string; person: string; named_by: string; named_at: Date };
export type MuteRow = {
  room: string;
  person: string;
  until: Date;
  reason: string;
  muted_by: string;
  muted_at: Date;
};
export type WordRow = { room: string; word: string; verdict: 'hold' | 'refuse' };

/** The database as Kysely sees it; made by `migrations/`. */
export type Tables = {
  users: UserRow;
  sessions: SessionRow;
  broadcasts: BroadcastRow;
  broadcast_keys: KeyRow;
  gate_orders: GateOrderRow;
  decisions: DecisionRow;
  log_numbers: LogNumberRow;
  outbox: OutboxRow;
  deliveries: DeliveryRow;
  lexicon_versions: LexiconVersionRow;
  lexicon_hits: LexiconHitRow;
  contests: ContestRow;
  threshold_versions: ThresholdVersionRow;
  held_names: HeldNameRow;
  room_moderators: ModeratorRow;
  room_mutes: MuteRow;
  room_words: WordRow;
};
