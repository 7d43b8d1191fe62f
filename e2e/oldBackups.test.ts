import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { weir } from './weir.ts';

const FIXTURES = join(import.meta.dirname, '..', 'apps', 'server', 'backup', 'fixtures');
const versions = readdirSync(FIXTURES);

type Expected = { generation: string; entries: number; bytes: number; room: string; cut: string };

describe('a backup that an earlier Weir made', () => {
  it('is there of the first version on', () => expect(versions).toContain('0.1.0'));

  it.each(versions)(
    '%s is restored by this one, every hash and record held against its log',
    async (version) => {
      const base = mkdtempSync(join(tmpdir(), 'weir-old-'));
      chmodSync(base, 0o711);
      onTestFinished(() => rmSync(base, { recursive: true, force: true }));
      const from = join(base, 'target');
      cpSync(join(FIXTURES, version, 'target'), from, { recursive: true });
      const dataDir = join(base, 'data');
      const expected: Expected = JSON.parse(readFileSync(join(FIXTURES, version, 'expected.json'), 'utf8'));
      const identity = join(FIXTURES, version, 'identity');
      const restored = await weir({ dataDir }, ['restore', '--from', from, '--identity', identity, '--json']);
      expect(restored.err).toBe('');
      expect(JSON.parse(restored.out)).toMatchObject({
        generation: expected.generation,
        entries: expected.entries,
        bytes: expected.bytes,
        cuts: 1,
        records: { content: expect.any(Number), moderation: expect.any(Number) },
      });
      const verified = await weir({ dataDir }, ['verify', '--local']);
      expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('epoch 2: restored')]);
      expect(existsSync(join(dataDir, 'postgres', 'PG_VERSION'))).toBe(true);
    },
    300_000,
  );
});
