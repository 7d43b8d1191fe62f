import { newId, realClock, silentLog } from '@weir/kit';
import type { IngestLimits } from '@weir/media/ingest/limits.ts';
import { RtmpServer } from '@weir/media/ingest/server.ts';
import { Recorder } from '@weir/media/tap/recorder.ts';

/** The serving process: ingest with a recorder behind it, as an edge has them. Usage: weir.ts DIR */
const [dir = ''] = process.argv.slice(2);

/** As shipped. */
const limits: IngestLimits = {
  chunk: 65_536,
  message: 8_388_608,
  reassembly: 16_777_216,
  chunkStreams: 64,
  handshakeMs: 5_000,
  firstFrameMs: 10_000,
  idleMs: 30_000,
  bitrate: 20_000_000,
  perAddress: 200,
  pending: 256,
};

const server = new RtmpServer({
  host: {
    async publish(_request, session) {
      const recorder = new Recorder({
        dir,
        broadcast: newId(),
        session: session.id,
        clock: realClock,
        log: silentLog,
        onSegment: () => {},
      });
      return {
        packet: (packet) => recorder.write(packet),
        metadata: () => {},
        closed: () => void recorder.close(),
      };
    },
  },
  limits,
  clock: realClock,
  log: silentLog,
});
process.on('disconnect', () => process.exit());
process.send?.({ port: await server.listen(0, '127.0.0.1') });
