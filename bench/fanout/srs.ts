import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../child.ts';
import { freePort } from '../port.ts';
import type { Serving } from './load.ts';
import { publish } from './rtmp.ts';

/** SRS by its performance guide: merged writes of 350 ms (its default), no statistics, no log file. */
const config = (dir: string, rtmp: number, http: number, api: number): string => `
pid ${dir}/srs.pid;
listen 127.0.0.1:${rtmp};
max_connections 5000;
daemon off;
srs_log_tank console;
srs_log_level error;
asprocess off;
http_server { enabled on; listen 127.0.0.1:${http}; dir ${dir}; }
http_api { enabled on; listen 127.0.0.1:${api}; raw_api { enabled on; } }
stats { enabled off; }
vhost __defaultVhost__ {
  min_latency off;
  tcp_nodelay off;
  play { gop_cache on; queue_length 10; mw_latency 350; }
  publish { mr off; }
  http_remux { enabled on; mount [vhost]/[app]/[stream].flv; }
}
`;

export type Srs = Serving & { pid: number; cut(): Promise<void>; stop(): Promise<void> };

/** Starts the SRS that the environment's SRS_BIN names, fed by ffmpeg; undefined where it names none. */
export async function startSrs(): Promise<Srs | undefined> {
  const binary = process.env['SRS_BIN'];
  if (!binary || !existsSync(binary)) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const [rtmp, port, api] = [await freePort(), await freePort(), await freePort()];
  const file = join(dir, 'srs.conf');
  writeFileSync(file, config(dir, rtmp, port, api));
  const server = startProgram(binary, ['-c', file], { cwd: dir, quiet: true });
  await new Promise((done) => setTimeout(done, 1_500));
  const sender = publish(`rtmp://127.0.0.1:${rtmp}/live/bench`);
  await new Promise((done) => setTimeout(done, 3_000));
  const base = `http://127.0.0.1:${api}/api/v1`;
  return {
    pid: server.pid,
    port,
    path: '/live/bench.flv',
    /** The publisher is kicked; SRS then closes those who watch. */
    async cut() {
      const { streams } = (await (await fetch(`${base}/streams/`)).json()) as {
        streams: { publish: { cid: string } }[];
      };
      await fetch(`${base}/clients/${streams[0]?.publish.cid}`, { method: 'DELETE' });
    },
    async stop() {
      await sender.stop();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
