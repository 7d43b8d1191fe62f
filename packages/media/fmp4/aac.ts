import { Problem } from '@weir/kit';
import { Bits } from './bits.ts';

/** Sound as its configuration says it: RFC 6381 codec string, samples per second, channels. */
export type Sound = { codecs: string; rate: number; channels: number };

const RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
];
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];

/**
 * What an AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1) says; `rate` is the core's, a frame holds
 * `frameSamples` of it also where spectral band replication doubles what is heard.
 * @throws Problem `bad_request`
 */
export function readAac(config: Buffer): Sound & { frameSamples: number } {
  const bits = new Bits(config);
  const type = readType(bits);
  const rate = readRate(bits);
  const channels = CHANNELS[bits.read(4)] ?? 0;
  let core = type;
  if (type === 5 || type === 29) {
    readRate(bits);
    core = readType(bits);
  }
  if (![1, 2, 3, 4].includes(core)) throw new Problem('bad_request', 'This kind of AAC cannot be played');
  const frameSamples = bits.flag() ? 960 : 1024;
  return { codecs: `mp4a.40.${type}`, rate, channels: channels || 2, frameSamples };
}

function readType(bits: Bits): number {
  const type = bits.read(5);
  return type === 31 ? 32 + bits.read(6) : type;
}

function readRate(bits: Bits): number {
  const index = bits.read(4);
  const rate = index === 15 ? bits.read(24) : RATES[index];
  if (rate === undefined || rate < 1_000 || rate > 192_000)
    throw new Problem('bad_request', 'The AAC configuration has an impossible sampling rate');
  return rate;
}
