import { Malformed, Refusal } from '../refusal.ts';
import { BitReader } from './bits.ts';

/** What an AudioSpecificConfig says. */
export type AacConfig = {
  readonly objectType: number;
  readonly sampleRate: number;
  readonly channels: number;
};

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Main, LC, SSR, LTP, SBR and PS (ISO/IEC 14496-3 table 1.17): what players decode under `mp4a.40`. */
const PLAYABLE = new Set([1, 2, 3, 4, 5, 29]);

/**
 * Reads an AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1).
 * @throws Malformed cut short or a reserved rate @throws Refusal `codec_unsupported` for object types no player takes
 */
export function readAacConfig(record: Buffer): AacConfig {
  const bits = new BitReader(record);
  let objectType = bits.bits(5);
  if (objectType === 31) objectType = 32 + bits.bits(6);
  const index = bits.bits(4);
  const sampleRate = index === 15 ? bits.bits(24) : RATES[index];
  if (!sampleRate) throw new Malformed('AAC with a reserved sample rate');
  const channels = bits.bits(4);
  if (!PLAYABLE.has(objectType)) throw new Refusal('codec_unsupported', `AAC object type ${objectType}`);
  return { objectType, sampleRate, channels };
}
