import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import type { Control } from '../control.ts';
import { servePages } from './pages.ts';

it('pages that were put in their place after the start are served, and are 404 until then', async () => {
  const apps = mkdtempSync(join(tmpdir(), 'weir-pages-'));
  const app = Fastify();
  await servePages(app, { edges: { mediaUrl: () => 'http://127.0.0.1:1' } } as Control, apps);
  const asset = '/console/assets/index-0a1b2c3d.js';
  expect((await app.inject(asset)).statusCode).toBe(404);
  mkdirSync(join(apps, 'console', 'dist', 'assets'), { recursive: true });
  writeFileSync(join(apps, 'console', 'dist', 'assets', 'index-0a1b2c3d.js'), 'let a;');
  const { statusCode, headers, body } = await app.inject(asset);
  expect([statusCode, body]).toEqual([200, 'let a;']);
  expect(headers['cache-control']).toContain('immutable');
  await app.close();
  rmSync(apps, { recursive: true });
});
