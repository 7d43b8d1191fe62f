import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Built, buildApp } from './build.ts';

/** Where a viewer's player begins: code that is loaded when there is something to play. */
const ENGINE = /player\/engine\/(flv|hls|native)\.ts$/;
const GZIPPED_MOST = 150_000;
let site: Built;
beforeAll(() => {
  site = buildApp('site');
});
afterAll(() => site.dispose());

/** Gzipped bytes of what the entry loads, with what it may load later where `later` says so. */
function script(later: boolean): number {
  const seen = new Set<string>();
  const reach = (key: string): void => {
    const chunk = site.chunks.get(key);
    if (!chunk || seen.has(key) || ENGINE.test(key)) return;
    seen.add(key);
    for (const next of [...chunk.imports, ...(later ? chunk.later : [])]) reach(next);
  };
  for (const [key, chunk] of site.chunks) if (chunk.isEntry) reach(key);
  let bytes = 0;
  for (const key of seen) {
    const file = site.chunks.get(key)?.file ?? '';
    if (file.endsWith('.js')) bytes += gzipSync(readFileSync(join(site.dist, file))).length;
  }
  return bytes;
}

test('the site’s script before the player is at most 150 kB gzipped, all pages and languages together', () => {
  const [first, all] = [script(false), script(true)];
  expect(first).toBeGreaterThan(20_000);
  expect(all).toBeGreaterThan(first);
  expect(all).toBeLessThanOrEqual(GZIPPED_MOST);
});

test('the player’s engines are there, and only by being asked for', () => {
  const engines = [...site.chunks.keys()].filter((key) => ENGINE.test(key));
  expect(engines.length).toBe(3);
  for (const chunk of site.chunks.values())
    expect(chunk.imports.filter((key) => ENGINE.test(key))).toEqual([]);
});
