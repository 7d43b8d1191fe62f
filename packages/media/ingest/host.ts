import type { Packet } from '../packet.ts';
import type { EncoderHealth } from './health.ts';
import type { CloseCause, RefusalCode } from './refusal.ts';

export type IngestProtocol = 'rtmp' | 'rtmps';

/** What an encoder asks for. `key` is the secret as it came; it is never logged. */
export type PublishRequest = { app: string; key: string; address: string; protocol: IngestProtocol };

/** Given by the host for an accepted publication. All calls are synchronous and must not throw. `closed` comes once, last. */
export interface IngestSink {
  packet(packet: Packet): void;
  metadata(metadata: Record<string, unknown>): void;
  closed(cause: CloseCause): void;
}

/** Decides who may publish. */
export interface IngestHost {
  /** @throws Refusal with the code that the encoder is told */
  publish(request: PublishRequest, session: IngestSession): Promise<IngestSink>;
  /** A connection ended before it published: over a limit, malformed, RTMP `play`, or refused by `publish`. */
  connectionRefused?(address: string, code: CloseCause['code'] | 'play'): void;
}

/** One encoder's connection, as the host holds it. */
export interface IngestSession {
  readonly id: string;
  readonly address: string;
  readonly protocol: IngestProtocol;
  /** What the encoder calls itself, printable and short; '' where it does not say. */
  readonly encoder: string;
  /** Ends the publication now (its sink is closed before this returns), tells the encoder, resets the connection within 1 s. */
  kick(code: RefusalCode, detail?: string): void;
  /** `clock.mono()` when the last media packet came, or when publishing began. */
  lastPacketAt(): number;
  health(): EncoderHealth;
}
