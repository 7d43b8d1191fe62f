import { connect, type Socket } from 'node:net';
import { readConfig } from '@weir/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { type IngestLimits, ingestLimits } from './limits.ts';
import { openDesk } from './testing/desk.ts';
import {
  AAC_CONFIG,
  AVC_CONFIG,
  aacFrame,
  avcKey,
  encodeChunks,
  type Message,
  media,
  plainHandshake,
  publishCommands,
} from './testing/encoder.ts';

const sockets: Socket[] = [];
let open: Awaited<ReturnType<typeof openDesk>> | undefined;
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await open?.server.close();
});

const start = async (limits: Partial<IngestLimits> = {}) => {
  open = await openDesk(limits);
  return open;
};

/** A connection of a test: what it heard, and when it ended (ms since it began). */
function dial(port: number, localAddress = '127.0.0.1') {
  const began = performance.now();
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  let heard = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes]);
  });
  socket.on('error', () => {});
  const ended = new Promise<number>((done) => socket.on('close', () => done(performance.now() - began)));
  return { socket, ended, heard: () => heard.toString('latin1') };
}

const publishing = (name: string, more: Message[] = []): Buffer =>
  Buffer.concat([
    plainHandshake(),
    encodeChunks([...publishCommands('live', name), ...more], { chunkBytes: 4096 }),
  ]);

const seconds = (n: number): Promise<void> => new Promise((done) => setTimeout(done, n * 1000));

describe('limits of ingest', () => {
  it.each([
    ['CHUNK', 'chunk', 0x7f_ff_ff_ff],
    ['MESSAGE', 'message', 0xff_ff_ff],
    ['MEMORY', 'reassembly', Infinity],
    ['CHUNK_STREAMS', 'chunkStreams', Infinity],
    ['HANDSHAKE_MS', 'handshakeMs', Infinity],
    ['FIRST_FRAME_MS', 'firstFrameMs', Infinity],
    ['IDLE_MS', 'idleMs', Infinity],
    ['BITRATE', 'bitrate', Infinity],
    ['PENDING', 'pending', Infinity],
  ] as const)('WEIR_LIMIT_INGEST_%s sets one, and 0 turns it off', (name, limit, off) => {
    const set = (value: string) => ingestLimits(readConfig({ [`WEIR_LIMIT_INGEST_${name}`]: value }));
    expect(set('4711')).toEqual({ ...ingestLimits(readConfig({})), [limit]: 4711 });
    expect(set('0')[limit]).toBe(off);
  });

  it('500 encoders stuck in the handshake end by time-out and disturb no encoder from the same address', async () => {
    const { desk, port, server } = await start({ handshakeMs: 1_000 });
    const working = dial(port);
    working.socket.write(publishing('works'));
    const publication = await desk.publication(1);
    const stuck = Array.from({ length: 500 }, () => dial(port));
    for (const { socket } of stuck) socket.write(Buffer.from([3, 0, 0]));
    const late = dial(port);
    late.socket.write(publishing('late', [media('audio', 0, AAC_CONFIG)]));
    await desk.publication(2);
    working.socket.write(
      encodeChunks([media('video', 0, AVC_CONFIG), media('video', 0, avcKey(900))], { chunkBytes: 4096 }),
    );
    for (const { ended } of stuck) expect(await ended).toBeLessThan(2 * (1_000 + 200));
    while (server.connections > 2) await seconds(0.05);
    expect(publication.packets).toHaveLength(2);
  });

  it('a slow loris that sends a byte now and then is out at the same time', async () => {
    const { desk, port } = await start({ handshakeMs: 600 });
    const loris = dial(port);
    const drip = setInterval(() => loris.socket.write(Buffer.from([3])), 50);
    expect(await loris.ended).toBeLessThan(2 * 800);
    clearInterval(drip);
    expect(desk.turnedAway).toEqual(['limit_handshake']);
  });

  it('an encoder that publishes and sends no frame is told why', async () => {
    const { desk, port } = await start({ firstFrameMs: 300 });
    const idle = dial(port);
    idle.socket.write(publishing('a', [media('audio', 0, AAC_CONFIG)]));
    const { closed } = await desk.publication(1);
    expect(await closed).toMatchObject({ code: 'limit_first_frame' });
    await idle.ended;
    expect(idle.heard()).toContain('limit_first_frame');
  });

  it('an encoder that falls silent is disconnected, and lastPacketAt tells since when', async () => {
    const { desk, port } = await start({ idleMs: 500 });
    const idle = dial(port);
    idle.socket.write(publishing('a', [media('audio', 0, AAC_CONFIG), media('audio', 0, aacFrame(99))]));
    const { closed, session } = await desk.publication(1);
    await seconds(0.3);
    expect(performance.now() - session.lastPacketAt()).toBeGreaterThan(200);
    expect(await closed).toMatchObject({ code: 'limit_idle' });
  });

  it('a bitrate over the limit ends the publication', async () => {
    const { desk, port } = await start({ bitrate: 100_000 });
    const loud = dial(port);
    const frames = Array.from({ length: 200 }, (_, i) => media('audio', i * 20, aacFrame(1_000)));
    loud.socket.write(publishing('a', [media('audio', 0, AAC_CONFIG), ...frames]));
    const { closed } = await desk.publication(1);
    expect(await closed).toMatchObject({ code: 'limit_bitrate' });
  });

  it('an address with all its places publishing gets no more, another address does', async () => {
    const { desk, port } = await start({ perAddress: 2 });
    for (const name of ['a', 'b']) dial(port).socket.write(publishing(name));
    await desk.publication(2);
    const third = dial(port);
    await third.ended;
    expect(desk.turnedAway).toEqual(['limit_connections']);
    dial(port, '127.0.0.2').socket.write(publishing('c'));
    expect((await desk.publication(3)).request.address).toBe('127.0.0.2');
  });

  it('a flood of strangers from one address costs its own places, not those of others', async () => {
    const { desk, port } = await start({ pending: 20, handshakeMs: 3_000 });
    const early = dial(port, '127.0.0.2');
    early.socket.write(plainHandshake());
    const flood = Array.from({ length: 60 }, () => dial(port, '127.0.0.3'));
    await Promise.all(flood.slice(0, 40).map(({ ended }) => ended));
    early.socket.write(encodeChunks(publishCommands('live', 'early'), { chunkBytes: 4096 }));
    await desk.publication(1);
    expect(new Set(desk.turnedAway)).toEqual(new Set(['limit_pending']));
  });

  it('kick frees the publication at once and ends the connection within a second, also of an encoder that reads nothing', async () => {
    const { desk, port } = await start();
    const encoder = dial(port);
    encoder.socket.write(publishing('a', [media('audio', 0, AAC_CONFIG)]));
    const { closed, session, packets } = await desk.publication(1);
    encoder.socket.pause();
    session.kick('key_rotated');
    const before = packets.length;
    encoder.socket.write(encodeChunks([media('audio', 20, aacFrame(50))], { chunkBytes: 4096 }));
    expect(await closed).toMatchObject({ code: 'key_rotated' });
    const began = performance.now();
    encoder.socket.resume();
    await encoder.ended;
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(packets).toHaveLength(before);
  });

  it('an encoder that never reads its answers is dropped before they pile up', async () => {
    const { port, server } = await start();
    const deaf = dial(port);
    deaf.socket.pause();
    deaf.socket.write(plainHandshake());
    const ping = Buffer.from([2, 0, 0, 0, 0, 0, 6, 4, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0]);
    const pings = Buffer.concat(Array.from({ length: 20_000 }, () => ping));
    deaf.socket.on('drain', () => deaf.socket.write(pings));
    deaf.socket.write(pings);
    await seconds(0.2);
    while (server.connections > 0) await seconds(0.05);
    expect(server.connections).toBe(0);
  });

  it('a broken configuration record ends that publication alone', async () => {
    const { desk, port } = await start();
    dial(port).socket.write(publishing('good', [media('video', 0, AVC_CONFIG)]));
    const good = await desk.publication(1);
    for (const record of [
      '',
      '01',
      '0142c01effe1ffff6742',
      '0142c01effe1000467ffffff01000568cb83cb20',
      '0142c01effe000',
    ]) {
      const bad = dial(port);
      bad.socket.write(publishing('bad', [media('video', 0, Buffer.from(`1700000000${record}`, 'hex'))]));
      const { closed } = await desk.publication(desk.taken.length + 1);
      expect(await closed).toMatchObject({ code: 'codec_unsupported' });
    }
    dial(port).socket.write(publishing('still'));
    await desk.publication(desk.taken.length + 1);
    expect(good.packets).toHaveLength(1);
  });

  it('stopping the server closes every publication with its cause', async () => {
    const { desk, port, server } = await start();
    dial(port).socket.write(publishing('a'));
    const { closed } = await desk.publication(1);
    await server.close();
    expect(await closed).toMatchObject({ code: 'stopped' });
    open = undefined;
  });
});
