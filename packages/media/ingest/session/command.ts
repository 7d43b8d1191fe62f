import { AmfReader, type AmfValue } from '../amf/reader.ts';
import { Malformed } from '../refusal.ts';

/** What an encoder calls, as far as Weir listens. `transaction` 0 wants no answer. */
export type Command = { readonly transaction: number } & (
  | {
      readonly call: 'connect';
      readonly app: AmfValue;
      readonly tcUrl: AmfValue;
      /** What the encoder calls itself: printable, short. */
      readonly encoder: string;
    }
  | { readonly call: 'publish'; readonly name: AmfValue }
  | { readonly call: 'createStream' | 'acknowledge' | 'play' | 'unpublish' | 'answer' | 'unknown' }
);

const MAX_ENCODER_NAME_CHARS = 64;

const CALLS: Readonly<Record<string, Exclude<Command['call'], 'connect' | 'publish'>>> = Object.assign(
  Object.create(null),
  {
    createStream: 'createStream',
    releaseStream: 'acknowledge',
    FCPublish: 'acknowledge',
    _checkbw: 'acknowledge',
    play: 'play',
    play2: 'play',
    FCUnpublish: 'unpublish',
    deleteStream: 'unpublish',
    closeStream: 'unpublish',
    _result: 'answer',
    _error: 'answer',
  },
);

/**
 * Reads a command message (RTMP 1.0 section 7.2).
 * @param amf3 the message is of type 17: a format byte of 0 comes before the AMF0 body @throws Malformed
 */
export function readCommand(payload: Buffer, amf3: boolean): Command {
  const amf = new AmfReader(payload, amf3 && payload[0] === 0 ? 1 : 0);
  const next = (): AmfValue => (amf.ended ? undefined : amf.value());
  const name = next();
  if (typeof name !== 'string') throw new Malformed('a command without a name');
  const given = next();
  const transaction = typeof given === 'number' ? given : 0;
  if (name === 'publish') {
    next();
    return { call: 'publish', transaction, name: next() };
  }
  if (name !== 'connect') return { call: CALLS[name] ?? 'unknown', transaction };
  const wish = next();
  if (typeof wish !== 'object' || wish === null || Array.isArray(wish))
    throw new Malformed('connect without its object');
  const { app, tcUrl, flashVer } = wish;
  const encoder = typeof flashVer === 'string' ? flashVer : '';
  return {
    call: 'connect',
    transaction,
    app,
    tcUrl,
    encoder: encoder.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_ENCODER_NAME_CHARS),
  };
}
