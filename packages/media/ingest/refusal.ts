/** Why an encoder was refused or disconnected; the same words as the host's. `limit_…` names the limit that was passed. */
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

/** Every limit that ingest itself enforces, by the code that a publisher sees. */
export const LIMIT_CODES = [
  'limit_connections',
  'limit_pending',
  'limit_handshake',
  'limit_first_frame',
  'limit_idle',
  'limit_bitrate',
  'limit_chunk',
  'limit_message',
  'limit_memory',
  'limit_chunk_streams',
] as const satisfies readonly RefusalCode[];

/**
 * Thrown to end one connection for a reason that its publisher is told.
 * @example throw new Refusal('codec_unsupported', 'MP3 is not carried; choose AAC');
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly detail: string;

  constructor(code: RefusalCode, detail: string = code) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

/** Thrown when bytes are not what the protocol says; ends that connection only. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Why a publication ended. `finished`: the encoder said so; `lost`: its connection broke; `stopped`: Weir stops. */
export type CloseCause = {
  readonly code: 'finished' | 'lost' | 'protocol' | 'stopped' | RefusalCode;
  readonly detail: string;
};
