import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock, Log } from '@weir/kit';
import { readFlv } from '@weir/media/flv/index.ts';
import { WebSocket } from 'ws';
import type { ProcessContext, Running } from '../supervisor/child.ts';
import { loop } from './loop.ts';
import { openPublication } from './rtmp.ts';
import { CHATTER, SCENES, type Scene } from './scenes.ts';

const RETRY_MS = 2_000;
/** Between two lines of chatter in one room; each speaker stays far under every rate. */
const CHATTER_MS = 7_000;

type Api = <T>(method: string, path: string, body?: object) => Promise<T>;
type Ingest = { url: string; key: string };
type Stage = { clock: Clock; log: Log; publisher: Api; reviewer: Api; viewer: Api; stopped: () => boolean };

/** Signs a demo account in and returns its way to the API. */
async function signIn(url: string, account: string, password: string): Promise<Api> {
  const call =
    (token: string): Api =>
    async (method, path, body) => {
      const answer = await fetch(new URL(path, url), {
        method,
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as never;
    };
  const { token } = await call('')<{ token: string }>('POST', '/api/session', { account, password });
  return call(token);
}

/**
 * The demo's publishers and viewers: they come in by the same doors as everybody, with demo accounts.
 * A broadcast that is cut or ended from the console stays so; restored, it goes on by itself.
 */
export async function runDemo({ config, clock, log }: ProcessContext): Promise<Running> {
  const url = process.env['WEIR_INTERNAL_URL'] ?? '';
  const password = config.demoPassword ?? '';
  let stopped = false;
  const [publisher, reviewer, viewer] = (await Promise.all(
    ['demo-publisher', 'demo-reviewer', 'demo-viewer'].map((account) => signIn(url, account, password)),
  )) as [Api, Api, Api];
  const stage: Stage = { clock, log, publisher, reviewer, viewer, stopped: () => stopped };
  const mine = await publisher<{ items: { id: string; title: string }[] }>('GET', '/api/broadcasts?mine=1');
  for (const [n, scene] of SCENES.entries()) {
    const before = mine.items.find(({ title }) => title === scene.title);
    const { id, ingest } = before
      ? {
          id: before.id,
          ...(await publisher<{ ingest: Ingest }>('POST', `/api/broadcasts/${before.id}/key`)),
        }
      : await publisher<{ id: string; ingest: Ingest }>('POST', '/api/broadcasts', {
          title: scene.title,
          kind: scene.kind,
          category: 'chat',
        });
    if (!before && (scene.media || scene.messages)) {
      const order = {
        ...(scene.media ? { media: scene.media } : {}),
        ...(scene.messages ? { messages: scene.messages } : {}),
        note: '演示',
      };
      await reviewer('PUT', `/api/broadcasts/${id}/gate`, order);
    }
    void perform(stage, scene, ingest);
    void chat(stage, id, n);
  }
  return {
    close: async () => {
      stopped = true;
    },
  };
}

const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));

/** Publishes a scene until the process stops, again and again: a refusal is asked about later. */
async function perform({ clock, log, stopped }: Stage, scene: Scene, ingest: Ingest): Promise<void> {
  const clip = readFlv(readFileSync(fileURLToPath(new URL(`clips/${scene.clip}.flv`, import.meta.url))));
  while (!stopped()) {
    try {
      const publication = await openPublication(ingest.url, ingest.key);
      const sending = loop(clip, clock, publication.send);
      await publication.closed;
      sending.cancel();
    } catch (why) {
      log.debug({ err: why, clip: scene.clip }, 'demo publisher waits');
    }
    await pause(clock, RETRY_MS);
  }
}

/** One line each some seconds, said by the demo viewer over the room socket like anybody's. */
async function chat({ clock, viewer, stopped }: Stage, id: string, offset: number): Promise<void> {
  for (let said = offset; !stopped(); said++) {
    await pause(clock, CHATTER_MS + ((offset * 613) % 4_000));
    const play = await viewer<{ room: string }>('POST', `/api/broadcasts/${id}/play`, {}).catch(
      () => undefined,
    );
    if (!play) continue;
    await say(play.room, CHATTER[said % CHATTER.length] ?? '', clock);
  }
}

function say(room: string, text: string, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(room, 'weir.room.1');
    const late = clock.after(3_000, () => socket.terminate());
    socket.on('error', () => {});
    socket.on('close', () => {
      late.cancel();
      resolve();
    });
    socket.on('open', () => socket.send(JSON.stringify([{ t: 'send', ref: '1', text }])));
    socket.on('message', (frame) => {
      if (/"t":"(ack|refused)"/.test(String(frame))) socket.close();
    });
  });
}
