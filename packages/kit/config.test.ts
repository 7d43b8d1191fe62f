import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeConfig, readConfig } from './config.ts';
import { KEYS } from './keys.ts';

/** Names that outsiders write against (environment table of the doors). */
const FIXED = [
  ...['DATA_DIR', 'HTTP_PORT', 'MEDIA_PORT', 'RTMP_PORT', 'BIND', 'RTMPS_PORT', 'TLS_CERT', 'TLS_KEY'],
  ...['PUBLIC_URL', 'MEDIA_URL', 'RTMP_URL', 'DATABASE_URL', 'S3_URL', 'NATS_URL', 'DEMO', 'DEMO_PASSWORD'],
  ...['LEASE_MS', 'GRACE_MS', 'TAKEOVER_MS', 'LIMIT_PER_ADDRESS', 'TRUST_PROXY'],
].map((name) => `WEIR_${name}`);

const file = (text: string): { dir: string; path: string } => {
  const dir = mkdtempSync(join(tmpdir(), 'weir-config-'));
  const path = join(dir, 'weir.toml');
  writeFileSync(path, text);
  return { dir, path };
};

describe('configuration', () => {
  it('explains every key: its name, value in force, default and meaning', () => {
    const told = describeConfig(readConfig({ WEIR_DATA_DIR: '/tmp/none' }));
    expect(told.map(({ env }) => env)).toEqual(expect.arrayContaining(FIXED));
    expect(told).toHaveLength(Object.keys(KEYS).length);
    expect(told.filter(({ doc }) => doc.length < 8)).toEqual([]);
    expect(told.find(({ env }) => env === 'WEIR_LIMIT_PER_ADDRESS')).toMatchObject({
      value: '200',
      fallback: '200',
    });
    expect(told.find(({ env }) => env === 'WEIR_RTMPS_PORT')).toMatchObject({ value: '', fallback: '' });
  });

  it('takes the environment before the file before the default', () => {
    const { dir } = file('http_port = 9000\nlease_ms = 4000\ntrust_proxy = ["10.0.0.0/8", "::1"]\n');
    const config = readConfig({ WEIR_DATA_DIR: dir, WEIR_HTTP_PORT: '9100' });
    expect(config).toMatchObject({ httpPort: 9100, leaseMs: 4000, graceMs: 15_000, dataDir: dir });
    expect(config.trustProxy).toEqual(['10.0.0.0/8', '::1']);
  });

  it('reads a named file, which may say where the data lies', () => {
    const { path } = file('data_dir = "/srv/weir"\n');
    expect(readConfig({ WEIR_CONFIG: path }).dataDir).toBe('/srv/weir');
    expect(readConfig({ WEIR_CONFIG: path, WEIR_DATA_DIR: '/srv/other' }).dataDir).toBe('/srv/other');
  });

  it.each([
    ['WEIR_HTTP_PORT', 'eighty'],
    ['WEIR_HTTP_PORT', '70000'],
    ['WEIR_HTTP_PORT', '-1'],
    ['WEIR_LEASE_MS', '10s'],
    ['WEIR_LEASE_MS', '0'],
    ['WEIR_DEMO', 'maybe'],
    ['WEIR_TRUST_PROXY', '10.0.0.0/40'],
    ['WEIR_PUBLIC_URL', 'example.org'],
    ['WEIR_RTMP_URL', 'http://example.org/live'],
    ['WEIR_WEBHOOK_URL', 'file:///etc/passwd'],
    ['WEIR_PURGE_URL', 'gopher://127.0.0.1'],
    ['WEIR_DATABASE_URL', 'mysql://u:secret-word@db/weir'],
    ['WEIR_NATS_URL', 'nats://127.0.0.1'],
    ['WEIR_LIMIT_VIEWER_BUFFER', '100'],
    ['WEIR_LIMIT_COLOUR', '7'],
    ['WEIR_RTMPS_PORT', '0'],
    ['WEIR_CONFIG', '/no/such/file.toml'],
  ])('refuses %s=%s, and names the key', (env, value) => {
    expect(() => readConfig({ WEIR_DATA_DIR: '/tmp/none', [env]: value })).toThrow(env);
    expect(() => readConfig({ WEIR_DATA_DIR: '/tmp/none', [env]: value })).not.toThrow('secret-word');
  });

  it.each([
    'colour = 7\n',
    'http_port = \n',
    'data_dir = "/elsewhere"\n',
    'config = "x"\n',
    'http_port = "x"\n',
  ])('refuses a file with %j', (text) => {
    const { dir, path } = file(text);
    expect(() => readConfig({ WEIR_DATA_DIR: dir })).toThrow(
      text.startsWith('http_port = "') ? 'WEIR_HTTP_PORT' : path,
    );
  });

  it('lets 0 turn any limit off', () => {
    const limits = Object.values(KEYS).filter(({ env }) => env.startsWith('WEIR_LIMIT_'));
    const off = readConfig({
      WEIR_DATA_DIR: '/tmp/none',
      ...Object.fromEntries(limits.map(({ env }) => [env, '0'])),
    });
    const values = Object.entries(off).filter(([name]) => name.startsWith('limit'));
    expect(values.filter(([, value]) => value !== 0)).toEqual([]);
    expect(limits.filter(({ doc }) => !doc.includes('0 = '))).toEqual([]);
  });

  it('shows no secret', () => {
    const told = JSON.stringify(
      describeConfig(
        readConfig({
          WEIR_DATA_DIR: '/tmp/none',
          WEIR_DEMO_PASSWORD: 'secret-one',
          WEIR_WEBHOOK_SECRET: 'secret-two',
          WEIR_DATABASE_URL: 'postgres://u:secret-three@db/weir',
          WEIR_WEBHOOK_URL: 'https://u:secret-four@example.org/hook',
        }),
      ),
    );
    expect(told).not.toContain('secret-');
    expect(told).toContain('example.org/hook');
  });
});
