import { newId, realClock, silentLog } from '@weir/kit';
import { RtmpServer } from '@weir/media/ingest/server.ts';
import { LIMITS } from '@weir/media/ingest/testing/desk.ts';
import { Recorder } from '@weir/media/tap/recorder.ts';

/** The serving process: ingest with a recorder behind it, as an edge has them. Usage: weir.ts DIR */
const [dir = ''] = process.argv.slice(2);

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
  limits: LIMITS,
  clock: realClock,
  log: silentLog,
});
process.on('disconnect', () => process.exit());
process.send?.({ port: await server.listen(0, '127.0.0.1') });
