/**
 * What control and edge say to each other over the bus: subjects and bodies, version 1.
 * Edge-bound subjects carry the edge's id: `edge.1.cut`. Media never passes here.
 */

import type { Findings, HeldMessage, PublicMessage } from '@weir/ledger';
import type { ThresholdOrder } from './lexicon/thresholds.ts';

/** `clock.PROCESS`, answered with the same: how far the store's wall time is ahead of the machine's, ms. */
export type ClockMove = { offsetMs: number };

export type GateMode = 'open' | 'delay' | 'review' | 'closed';
/** One gate as computed by policy: mode, delay in ms (0 unless `delay`), and the rule that gave it. */
export type GateSetting = { mode: GateMode; delayMs: number; rule: string };
export type GatePair = { media: GateSetting; messages: GateSetting };

export type BroadcastKind = 'video' | 'audio' | 'image_text';
export type BroadcastState = 'created' | 'live' | 'interrupted' | 'ended' | 'cut';

/** What the edge must know of a broadcast to serve it. `version` grows with each change. */
export type BroadcastView = {
  id: string;
  number: number;
  kind: BroadcastKind;
  epoch: number;
  version: number;
  gate: GatePair;
  slowMs: number;
  /** Left out where nobody has set anything. */
  talk?: RoomTalk;
};

/** What a publisher and a room's moderators have set: who is muted until when (wall ms), and words of that room. */
export type RoomTalk = {
  mutes: { user: string; until: number; reason: string }[];
  words: { word: string; verdict: 'hold' | 'refuse' }[];
};

/** `control.hello`: an edge reports for duty; then both tell each other what stands, and only then it serves. */
export type Hello = {
  edge: string;
  boot: string;
  mediaPort: number;
  rtmpPort: number;
  rtmpsPort?: number;
};
export type Welcome = {
  leaseMs: number;
  playKey: string;
  /** Left out while control does not know its own yet: the edge goes on with what it has. */
  lexicon?: LexiconOrder;
};

/** A version of the lexicon by the SHA-256 of its file (hex), which the edge fetches in pieces where it lacks it. */
export type LexiconRef = { version: number; hash: string };
/** `edge.N.lexicon`: which lexicon screens, which is tried beside it, and by which thresholds. Answered when it does. */
export type LexiconOrder = { live: LexiconRef; shadow?: LexiconRef; thresholds?: ThresholdOrder };
/** `control.lexicon`: one piece of a lexicon's file from byte `at` on; `next` is null with the last. */
export type LexiconAsk = { hash: string; at: number };
export type LexiconPiece = { base64: string; next: number | null };
/** `control.hits`: how often terms were found since the last report. `n` tells a repeated report from a new one. */
export type HitReport = { edge: string; boot: string; n: number; counts: HitCount[] };
export type HitCount = {
  which: 'live' | 'shadow';
  term: string;
  category: string;
  hits: number;
  held: number;
  refused: number;
};

/** Tombstones told in one message: about 150 kB. */
export const STONES_A_PAGE = 500;
/**
 * `control.stones.bring`: a page of what stands on the edge's own disk: control takes over those it has lost, and
 * answers which were lifted.
 */
export type BringStones = { edge: string; tombstones: Tombstone[] };
export type BroughtStones = { lifted: RestoreOrder[] };
/** `control.stones.learn`: the standing cuts behind the order `after`; one page without `next` is the last. */
export type LearnStones = { edge: string; boot: string; after?: string };
export type StonesPage = { tombstones: Tombstone[]; next?: string };

/** `control.lease`: each third of a lease. Expiry counts from `sentAt` of the edge's own monotonic clock. */
export type LeaseRequest = {
  edge: string;
  boot: string;
  nonce: number;
  broadcasts: { id: string; version: number; session?: string }[];
};
export type LeaseAnswer = {
  nonce: number;
  leaseMs: number;
  granted: string[];
  cut: Tombstone[];
  changed: BroadcastView[];
  /** Control has not met this boot of the edge, or owes it something: say hello. */
  hello?: true;
};

/** `control.publish`: may the owner of this key publish? The key itself stays at the edge: SHA-256, hex. */
export type PublishAsk = { edge: string; keyHash: string; address: string; protocol: 'rtmp' | 'rtmps' };
export type PublishAnswer = { ok: true; broadcast: BroadcastView } | { ok: false; code: RefusalCode };
export type RefusalCode =
  | 'unknown_key'
  | 'key_rotated'
  | 'suspended'
  | 'broadcast_cut'
  | 'codec_unsupported'
  | 'publisher_busy'
  | 'storage_full'
  | 'service_closed'
  | `limit_${string}`;

/** `control.broadcast`: the view of one broadcast, for a viewer that comes before the publisher. */
export type BroadcastAsk = { id: string };

/** `control.stream` (request, repeated by the edge until answered): what happened to a stream at an edge. */
export type StreamEvent = { edge: string; broadcast: string; session: string; at: number } & (
  | { type: 'live'; encoder: string; codecs: string[] }
  | { type: 'interrupted' }
  | { type: 'back' }
  | { type: 'ended'; cause: string }
  | { type: 'refused'; code: RefusalCode }
);

/** `control.figures` (published each second): viewers and encoder health per broadcast at an edge. */
export type Figures = {
  edge: string;
  broadcasts: {
    id: string;
    viewers: number;
    online: number;
    outputMs: number;
    /** What waits in the media gate, ms. */
    waitingMs: number;
    encoder?: EncoderHealth;
  }[];
};
export type EncoderHealth = {
  bitrate: number;
  fps: number;
  keyIntervalMs: number;
  driftMs: number;
  videoCodec?: string;
  audioCodec?: string;
  width?: number;
  height?: number;
};

/** `edge.N.cut`: closes every gate of a broadcast at once and for good. */
export type CutOrder = {
  order: string;
  broadcast: string;
  reason: string;
  clause?: string;
  orderedAt: number;
};
export type Tombstone = CutOrder;
export type CutReport = {
  edge: string;
  gatesClosedAt: number;
  lastWriteAt: number | null;
  lastResetAt: number | null;
  publisherKickedAt: number | null;
  viewers: number;
};
/** `edge.N.restore`: lifts a tombstone; signed by a new order. */
export type RestoreOrder = { order: string; broadcast: string; view: BroadcastView };
/** `edge.N.view`: a broadcast's gate or other setting changed. Answered when it holds. */
export type ViewChange = BroadcastView;
/** `edge.N.kick`: disconnects the publisher. */
export type Kick = { broadcast: string; code: RefusalCode };
/** `edge.N.end`: the publisher or staff ended the broadcast. */
export type End = { broadcast: string; cause: string };
/** `edge.N.revoke`: ends the running connections that began under this token id. */
export type Revoke = { broadcast: string; session: string };

/** `edge.N.forget`: what was said in these rooms has reached its term; memory lets go of it. */
export type Forget = { rooms: string[] };

/** `edge.N.desk`: the head of a review or delay gate. */
export type DeskAsk =
  | { broadcast: string; op: 'list' }
  | { broadcast: string; op: 'release'; upTo: string }
  | { broadcast: string; op: 'drop'; stretch: string };
export type Stretch = { id: string; startMs: number; endMs: number; state: 'held' | 'released' | 'dropped' };

/** `edge.N.message`: staff act on a message. */
export type MessageAct =
  | { room: string; op: 'release'; id: string }
  | { room: string; op: 'refuse'; id: string; reason: string }
  | { room: string; op: 'recall'; id: string; by: string; reason: string }
  /** These messages were shown to their author alone since then (wall ms): now they are told. */
  | { room: string; op: 'alone'; user: string; ids: string[]; since: number; id: string }
  | {
      room: string;
      op: 'contest';
      id: string;
      user: string;
      outcome: 'stands' | 'overturned';
      note?: string;
      /** The contested refusal was a mute for a flood: it is lifted. */
      unmute?: true;
    };

/** `control.append`: content records, answered after they are on disk. */
export type AppendAsk = { edge: string; boot: string; records: ContentRecord[] };
export type AppendAnswer = { committed: number };

/** `control.history`: a room's public messages behind the gate, and what still waits in it. */
export type HistoryAsk = { room: string; after?: number; limit: number };
export type HistoryAnswer = { offset: number; items: PublicMessage[]; held: HeldMessage[] };

/** Records of the `content` log that an edge makes. `ts` is wall time in ms. */
export type ContentRecord =
  | {
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
    }
  | (Findings & {
      kind: 'message.held';
      ts: number;
      room: string;
      broadcast: string;
      user: string;
      nickname: string;
      id: string;
      text: string;
      pts: number;
    })
  | (Findings & {
      kind: 'message.refused';
      ts: number;
      room: string;
      broadcast: string;
      user: string;
      id: string;
      nickname?: string;
      text: string;
      code: string;
      /** Wall ms when its author is told; until then they alone see it. */
      tellAt?: number;
    })
  | {
      kind: 'message.recalled';
      ts: number;
      room: string;
      broadcast: string;
      id: string;
      by: string;
      reason: string;
    }
  | {
      kind: 'segment.recorded';
      ts: number;
      broadcast: string;
      session: string;
      path: string;
      bytes: number;
      hash: string;
      fromMs: number;
      toMs: number;
    };
