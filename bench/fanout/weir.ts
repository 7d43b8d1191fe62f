import { randomFillSync } from 'node:crypto';
import { newId, realClock, silentLog } from '@weir/kit';
import { Door, type DoorChannel } from '@weir/media/fanout/door.ts';
import { FlvFanout } from '@weir/media/fanout/flv.ts';
import type { AudioPacket, VideoPacket } from '@weir/media/packet.ts';
import { TokenSigner, TokenVerifier } from '@weir/media/token.ts';
import { makeCertificate } from './certificate.ts';
import {
  AUDIO_BITS_PER_SECOND,
  AUDIO_FRAMES_PER_SECOND,
  BITS_PER_SECOND,
  FRAMES_PER_SECOND,
  KEY_SECONDS,
} from './load.ts';

/** The serving process: the edge's door and fan-out as the service has them, fed with pictures of noise. */
const flags = new Set(process.argv.slice(2));
const broadcast = newId();
const signer = TokenSigner.generate();
const t = signer.sign({ b: broadcast, s: 'bench', k: 'play', exp: Date.now() + 3_600_000 });

const newFanout = (): FlvFanout =>
  new FlvFanout({ clock: realClock, log: silentLog, limits: { viewerBufferBytes: 4_194_304 } });
let flv = newFanout();
const hls: DoorChannel['hls'] = { handle: (_req, res) => void res.writeHead(404).end(), poster: () => null };

const preview = (): Promise<never> => Promise.reject(new Error('nothing is held here'));

const door = new Door({
  clock: realClock,
  log: silentLog,
  verifier: new TokenVerifier(signer.publicKey, realClock),
  limits: { perAddress: 0, joinsPerSecond: 0, viewersPerBroadcast: 0 },
  host: {
    channel: () => ({ flv, hls, preview }),
    isCut: () => false,
    onRoomUpgrade: (_req, socket) => void socket.destroy(),
  },
  ...(flags.has('tls') ? { tls: makeCertificate() } : {}),
});
const port = await door.listen(0, '127.0.0.1');

const frameBytes = (BITS_PER_SECOND - AUDIO_BITS_PER_SECOND) / 8 / FRAMES_PER_SECOND;
const soundBytes = AUDIO_BITS_PER_SECOND / 8 / AUDIO_FRAMES_PER_SECOND;
const CONFIG_BYTES = 50;
const noise = (bytes: number, head: readonly number[]): Buffer => {
  const tag = randomFillSync(Buffer.alloc(bytes));
  tag.set(head);
  return tag;
};
const picture = (role: VideoPacket['role']): VideoPacket => {
  const head = [role === 'frame' ? 0x27 : 0x17, role === 'config' ? 0 : 1, 0, 0, 0];
  const tag = noise(role === 'config' ? CONFIG_BYTES : frameBytes, head);
  return { track: 'video', codec: 'h264', role, dts: 0, cts: 0, tag, payload: tag.subarray(5) };
};
const sound = (role: AudioPacket['role']): AudioPacket => {
  const tag = noise(soundBytes, [0xaf, role === 'config' ? 0 : 1]);
  return { track: 'audio', codec: 'aac', role, dts: 0, cts: 0, tag, payload: tag.subarray(2) };
};

const began = performance.now();
let configured: FlvFanout | undefined;
let pictures = 0;
let sounds = 0;
/** Writes what is due; a new fan-out begins with a key frame. */
function feed(): void {
  const seconds = (performance.now() - began) / 1000;
  const fresh = configured !== flv;
  if (fresh) {
    flv.write({ packet: picture('config'), at: seconds * 1000 });
    flv.write({ packet: sound('config'), at: seconds * 1000 });
    configured = flv;
  }
  for (let first = fresh; pictures < seconds * FRAMES_PER_SECOND; pictures++, first = false) {
    const key = first || pictures % (FRAMES_PER_SECOND * KEY_SECONDS) === 0;
    flv.write({ packet: picture(key ? 'key' : 'frame'), at: (pictures * 1000) / FRAMES_PER_SECOND });
  }
  for (; sounds < seconds * AUDIO_FRAMES_PER_SECOND; sounds++)
    flv.write({ packet: sound('frame'), at: (sounds * 1000) / AUDIO_FRAMES_PER_SECOND });
}
const feeding = flags.has('idle') ? undefined : setInterval(feed, 1000 / FRAMES_PER_SECOND);

process.on('message', (message: { op: string }) => {
  if (message.op === 'cut') {
    const cut = flv.cut();
    void cut.settled.then((lastResetAt) => {
      process.send?.({ viewers: cut.viewers, lastWriteAt: cut.lastWriteAt ?? 0, lastResetAt });
      flv = newFanout();
    });
  } else if (message.op === 'collect') {
    globalThis.gc?.();
    process.send?.({ viewers: flv.viewers });
  }
});
process.on('disconnect', () => {
  clearInterval(feeding);
  process.exit();
});
process.send?.({ port, path: `/live/${broadcast}.flv?t=${t}` });
