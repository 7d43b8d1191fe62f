import NodeMediaServer from 'node-media-server';

/** The peer as it comes: RTMP in, HTTP-FLV out. Usage: node-media-server.ts RTMP_PORT HTTP_PORT DIR [record] */
const [rtmp = '', http = '', dir = '', record] = process.argv.slice(2);
new NodeMediaServer({
  bind: '127.0.0.1',
  rtmp: { port: Number(rtmp) },
  http: { port: Number(http) },
  auth: { play: false, publish: false, jwt: { secret: 'bench', users: [] } },
  store: { path: dir, maxHistory: 10 },
  record: record ? { path: dir } : { auto: false },
}).run();
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(http), path: '/live/bench.flv' });
