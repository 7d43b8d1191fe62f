import { mkdtempSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFlv } from '@weir/media/flv/index.ts';
import { ClipFile } from '@weir/media/tap/clipFile.ts';

const SOURCE = new URL('../../../apps/server/demo/clips/tea.flv', import.meta.url);
const BEGAN = Date.parse('2026-11-23T19:10:00.000Z');
const iso = (ms: number): string => new Date(BEGAN + ms).toISOString();

/** What was recorded of a show, and what was said and decided in its last minute. */
export class Evidence {
  spans: { from: string; to: string | null }[] = [
    { from: iso(0), to: iso(200_000) },
    { from: iso(230_000), to: iso(300_000) },
  ];
  /** False where nothing was recorded in the stretch. */
  pictures = true;
  lines: object[] = [
    { kind: 'message.published', id: 'm1', ts: iso(243_000), nickname: '南风', text: '水开了吗' },
    {
      kind: 'message.published',
      id: 'm2',
      ts: iso(247_000),
      nickname: '十七',
      text: '加我青鸟号，带你看更多没有播过的',
    },
    {
      kind: 'decision.made',
      log: 'moderation',
      ts: iso(252_000),
      decision: 'recall',
      reason: 'fraud',
      note: '引到站外',
    },
    { kind: 'message.recalled', id: 'm2', ts: iso(252_000) },
    { kind: 'message.held', id: 'm3', ts: iso(266_000), nickname: '早起的人', text: '这套茶具哪里有' },
    { kind: 'gate.changed', log: 'moderation', ts: iso(281_000), note: '看一会儿' },
  ].map((line, n) => ({ log: 'content', n: n + 1, user: `u${n}`, ...line }));

  /** Answers a call about a show; undefined where it is about something else, null where it was answered as a file. */
  answer(rest: string, method: string, answer: ServerResponse): unknown {
    if (method === 'GET' && rest === '/recordings') return { items: this.spans };
    if (method === 'GET' && rest === '/timeline') return { items: this.lines, more: false };
    if (method === 'POST' && rest === '/clips') return CLIP;
    if (method !== 'GET' || rest !== '/recording') return undefined;
    if (!this.pictures) {
      answer.writeHead(404, { 'content-type': 'application/problem+json' });
      answer.end('{"code":"not_found"}');
      return null;
    }
    answer.writeHead(200, {
      'content-type': 'video/mp4',
      'x-weir-from': iso(240_000),
      'x-weir-to': iso(252_000),
    });
    void picture().then((bytes) => answer.end(bytes));
    return null;
  }
}

const CLIP = {
  id: '01a213fd-2b75-7626-83dc-549b41db2260',
  broadcast: '',
  parts: [
    {
      file: 'clip-1.mp4',
      from: iso(240_000),
      to: iso(252_000),
      frames: 812,
      codecs: [],
      bytes: 1,
      hash: '3cd96e01c6be5b81'.repeat(4),
    },
  ],
  records: 5,
  bytes: 988_000,
  until: iso(86_400_000),
  bundle: '/api/clips/01a213fd-2b75-7626-83dc-549b41db2260/bundle',
};

let made: Promise<Buffer> | undefined;
/** Twelve seconds of a demo's picture as the service would cut them. */
function picture(): Promise<Buffer> {
  made ??= cut();
  return made;
}

async function cut(): Promise<Buffer> {
  const packets = readFlv(readFileSync(SOURCE));
  const path = join(mkdtempSync(join(tmpdir(), 'weir-screens-')), 'clip.mp4');
  const configOf = <T extends 'video' | 'audio'>(track: T) =>
    packets.find((packet) => packet.track === track && packet.role === 'config') as Extract<
      (typeof packets)[number],
      { track: T }
    >;
  const frames = packets.filter(({ role }) => role !== 'config');
  const first = frames.find(({ role }) => role === 'key') ?? (frames[0] as (typeof frames)[0]);
  const tracks = { video: configOf('video'), audio: configOf('audio') };
  const file = await ClipFile.create(path, 'clip.mp4', tracks, first, first.dts);
  for (const frame of frames) if (frame.dts >= first.dts) await file.add(frame, frame.dts);
  await file.close();
  return readFileSync(path);
}
