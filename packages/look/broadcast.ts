/** What the API says of a broadcast (`GET /api/broadcasts/{id}`) and its parts. */
export type GateMode = 'open' | 'delay' | 'review' | 'closed';
export type GateSetting = { mode: GateMode; delayMs: number; rule: string };
export type Gate = { media: GateSetting; messages: GateSetting };

export type BroadcastKind = 'video' | 'audio' | 'image_text';
export type BroadcastState = 'created' | 'live' | 'interrupted' | 'ended' | 'cut';

/** Figures of the encoder; absent before it connects. */
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

export type Ingest = { url: string; key: string };
export type Person = { id: string; nickname: string };

export type Broadcast = {
  id: string;
  number: number;
  title: string;
  kind: BroadcastKind;
  category: string;
  publisher: Person;
  state: BroadcastState;
  startedAt: string | null;
  viewers: number;
  gate: Gate;
  encoder?: EncoderHealth | null;
  lastRefusal?: { code: string; at: string } | null;
  /** Held in the gates; staff alone are told. */
  waiting?: { messages: number; pictureMs: number };
  /** Whoever asks may mute people here and set the room's words. */
  moderates?: boolean;
  endedAt?: string | null;
  online?: number;
  /** URL of a one-frame fMP4 from behind the gate, drawn by a video element. */
  poster?: string | null;
  slowMs?: number;
  rehearsal?: boolean;
  /** Present on a cut broadcast. */
  cut?: { reason: string; clause?: string; at?: string; orderedAt?: string } | null;
  /** Only in answers to its publisher, at creation and rotation. */
  ingest?: Ingest;
};

/** A code with its text in both languages, as `/api/categories` and `/api/reasons` list them. */
export type Labelled = { code: string; label?: Partial<Record<'zh-CN' | 'en', string>> };

export type Session = { user: Person & { roles: string[] }; token?: string };
export type SiteInfo = {
  providerName: string;
  icp?: string | null;
  hotline?: string | null;
  mediaUrl: string;
  rtmpUrl: string;
  /** Its clock is moved by order: a trial. */
  simulated?: boolean;
  demo: boolean;
};
export type PlayTicket = { flv: string; ws: string; hls: string; room: string; expiresAt: string };
export type Stretch = { id: string; startMs: number; endMs: number; state: 'held' | 'released' | 'dropped' };

/** What a cut-off answers; times are ISO 8601 with milliseconds. */
export type Certificate = {
  id: string;
  broadcast: string;
  state: 'final' | 'provisional';
  orderedAt: string;
  gatesClosedAt: string;
  lastWriteAt: string | null;
  lastResetAt: string | null;
  viewersCut: number;
  edges: {
    edge: string;
    state: 'confirmed' | 'unconfirmed';
    viewers: number;
    lastWriteAt: string | null;
    lastResetAt: string | null;
    publisherKickedAt: string | null;
    closedNoLaterThan?: string;
  }[];
  /** What lies behind proxies, CDN and players, and by when it is over. */
  beyond: { where: 'proxy' | 'cdn' | 'player'; noLaterThan: string | null; what: string }[];
};
