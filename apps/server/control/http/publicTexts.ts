import type { TextRoute } from '../../lexicon/thresholds.ts';

const OURS = { why: 'an id, an address or a key that the service makes' } as const;
const CODE = { why: 'a code of the service or of policy’s data' } as const;
const OPERATOR = { why: 'the operator’s own configuration' } as const;
const POLICY = { why: 'policy’s data, put there by the operator' } as const;

/**
 * Every text in an answer that anybody may have, by its member: as what it passed the screen before it became public, or
 * why it does not pass it. One that stands nowhere here fails a test, so that no new way to the public goes round the
 * screen. What rooms tell over their sockets are the same texts, and each recipient's own.
 */
export const PUBLIC_TEXTS: Readonly<Record<string, { screened: TextRoute } | { why: string }>> = {
  title: { screened: 'title' },
  'publisher.nickname': { screened: 'nickname' },
  'user.nickname': { screened: 'nickname' },
  text: { screened: 'message' },
  'cut.clause': {
    why: 'an officer’s citation, 64 characters at most and on record; a cut waits for no lexicon and fails by none',
  },
  'cut.reason': CODE,
  'lastRefusal.code': CODE,
  'pending.category': CODE,
  'gate.media.rule': CODE,
  'gate.messages.rule': CODE,
  'encoder.videoCodec': CODE,
  'encoder.audioCodec': CODE,
  'user.roles[]': CODE,
  category: CODE,
  code: CODE,
  clause: POLICY,
  'label.zh-CN': POLICY,
  'label.en': POLICY,
  providerName: OPERATOR,
  icp: OPERATOR,
  hotline: OPERATOR,
  mediaUrl: OPERATOR,
  rtmpUrl: OPERATOR,
  id: OURS,
  'user.id': OURS,
  'publisher.id': OURS,
  'pending.id': OURS,
  'ingest.url': OURS,
  'ingest.key': OURS,
  poster: OURS,
  flv: OURS,
  ws: OURS,
  hls: OURS,
  room: OURS,
  session: OURS,
  token: OURS,
  next: OURS,
};
