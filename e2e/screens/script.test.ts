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

/** What the entry asks for at once. */
const START = 'start';

/** Gzipped bytes of what a page begins with, with what it may load later where `later` says so. */
function script(later: boolean): number {
  const seen = new Set<string>();
  const reach = (key: string): void => {
    const chunk = site.chunks.get(key);
    if (!chunk || seen.has(key) || ENGINE.test(key)) return;
    seen.add(key);
    for (const next of [...chunk.imports, ...(later ? chunk.later : [])]) reach(next);
  };
  for (const [key, chunk] of site.chunks) if (chunk.isEntry || chunk.name === START) reach(key);
  let bytes = 0;
  for (const key of seen) {
    const file = site.chunks.get(key)?.file ?? '';
    if (file.endsWith('.js')) bytes += gzipSync(readFileSync(join(site.dist, file))).length;
  }
  return bytes;
}

test('the site’s script before the player is at most 150 kB gzipped, all pages and languages together', () => {
  const [first, all] = [script(false), script(true)];
  expect(first).toBeGreaterThan(80_000);
  expect(all).toBeGreaterThan(first);
  expect(all).toBeLessThanOrEqual(GZIPPED_MOST);
});

test('what a page begins with is named in its head, so that none of it waits for another', () => {
  const html = readFileSync(join(site.dist, 'index.html'), 'utf8');
  const seen = new Set<string>();
  const reach = (key: string): void => {
    const chunk = site.chunks.get(key);
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    expect(html).toContain(`/${chunk.file}"`);
    for (const style of chunk.css) expect(html).toContain(`/${style}"`);
    for (const next of chunk.imports) reach(next);
  };
  for (const [key, chunk] of site.chunks) if (chunk.isEntry || chunk.name === START) reach(key);
  expect(seen.size).toBeGreaterThan(2);
});

test('the player’s engines are there, and only by being asked for', () => {
  const engines = [...site.chunks.keys()].filter((key) => ENGINE.test(key));
  expect(engines.length).toBe(3);
  for (const chunk of site.chunks.values())
    expect(chunk.imports.filter((key) => ENGINE.test(key))).toEqual([]);
});
