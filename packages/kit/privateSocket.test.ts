import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listenPrivately } from './privateSocket.ts';

let dir: string;
let server: Server;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-socket-'));
  server = createServer((socket) => socket.end('here'));
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

it('listens where nobody but this user may, in place of what was left there, and leaves the mask as it was', async () => {
  const path = join(dir, 'bus.sock');
  writeFileSync(path, 'left behind');
  const mask = process.umask(0o022);
  try {
    await listenPrivately(server, path);
    expect(process.umask()).toBe(0o022);
  } finally {
    process.umask(mask);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const said = await new Promise((resolve) => connect(path).on('data', (data) => resolve(data.toString())));
  expect(said).toBe('here');
});

it('says so where it cannot, the mask as it was', async () => {
  const mask = process.umask(0o022);
  try {
    await expect(listenPrivately(server, join(dir, 'x'.repeat(120)))).rejects.toThrow();
    expect(process.umask()).toBe(0o022);
  } finally {
    process.umask(mask);
  }
});
