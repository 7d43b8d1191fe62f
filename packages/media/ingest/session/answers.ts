import type { AmfValue } from '../amf/reader.ts';
import { encodeAmf } from '../amf/writer.ts';
import { EVENT, MESSAGE } from '../chunk/message.ts';
import {
  encodeChunkSize,
  encodeEvent,
  encodeMessage,
  encodePeerBandwidth,
  encodeWindowSize,
  OUR_CHUNK_BYTES,
} from '../chunk/writer.ts';
import type { RefusalCode } from '../refusal.ts';

/** Window that Weir announces and by which it acknowledges until the encoder sets its own, bytes. */
export const OUR_WINDOW_BYTES = 2_500_000;

/** CanForward of FourCcInfoMask and ModEx of CapsExMask (enhanced RTMP v2, "Enhancing NetConnection connect Command"). */
const CAN_FORWARD = 4;
const CAPS_MODEX = 4;

const command = (streamId: number, ...values: AmfValue[]): Buffer =>
  encodeMessage(3, MESSAGE.command, streamId, encodeAmf(...values));

/** What follows an accepted `connect`: windows, chunk size and the capabilities of enhanced RTMP. */
export function connected(transaction: number): Buffer {
  return Buffer.concat([
    encodeWindowSize(OUR_WINDOW_BYTES),
    encodePeerBandwidth(OUR_WINDOW_BYTES),
    encodeChunkSize(OUR_CHUNK_BYTES),
    command(
      0,
      '_result',
      transaction,
      {
        fmsVer: 'FMS/3,5,7,7009',
        capabilities: 31,
        mode: 1,
        fourCcList: ['avc1', 'hvc1', 'av01', 'mp4a', 'Opus'],
        videoFourCcInfoMap: { avc1: CAN_FORWARD, hvc1: CAN_FORWARD, av01: CAN_FORWARD },
        audioFourCcInfoMap: { mp4a: CAN_FORWARD, Opus: CAN_FORWARD },
        capsEx: CAPS_MODEX,
      },
      {
        level: 'status',
        code: 'NetConnection.Connect.Success',
        description: 'Connection succeeded.',
        objectEncoding: 0,
      },
    ),
  ]);
}

export const result = (transaction: number, value: AmfValue): Buffer =>
  command(0, '_result', transaction, null, value);

/** Answer to a call that Weir does not know. */
export const callFailed = (transaction: number): Buffer =>
  command(0, '_error', transaction, null, {
    level: 'error',
    code: 'NetConnection.Call.Failed',
    description: 'There is no such call.',
  });

const status = (streamId: number, level: 'status' | 'error', code: string, description: string): Buffer =>
  command(streamId, 'onStatus', 0, null, { level, code, description });

export const publishStarted = (streamId: number): Buffer =>
  Buffer.concat([
    encodeEvent(EVENT.streamBegin, streamId),
    status(streamId, 'status', 'NetStream.Publish.Start', 'Publishing.'),
  ]);

export const unpublished = (streamId: number): Buffer =>
  status(streamId, 'status', 'NetStream.Unpublish.Success', 'Stopped publishing.');

export const playFailed = (streamId: number): Buffer =>
  status(streamId, 'error', 'NetStream.Play.Failed', 'Nothing is played over RTMP here.');

/** The last words to an encoder that is refused or disconnected. */
export const refused = (streamId: number, code: RefusalCode, detail: string): Buffer =>
  status(
    streamId,
    'error',
    code === 'publisher_busy' ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Denied',
    detail === code ? code : `${code}: ${detail}`,
  );
