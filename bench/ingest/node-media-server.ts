import NodeMediaServer from 'node-media-server';

/** The peer as it comes, with its recorder on. Usage: node-media-server.ts RTMP_PORT HTTP_PORT DIR */
const [rtmp = '', http = '', dir = ''] = process.argv.slice(2);
new NodeMediaServer({
  bind: '127.0.0.1',
  rtmp: { port: Number(rtmp) },
  http: { port: Number(http) },
  auth: { play: false, publish: false, jwt: { secret: 'bench', users: [] } },
  store: { path: dir, maxHistory: 10 },
  record: { path: dir },
}).run();
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(rtmp) });
