import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { onTestFinished } from 'vitest';
import { type BackupReader, createBackup, type Entry, type Head, openBackup } from '../index.ts';
import type { PutOptions } from '../writer.ts';

/** A day of the tests, ms. */
export const DAY = 86_400_000;
export const NOON = Date.UTC(2026, 10, 20, 12);

export const identity = await generateX25519Identity();
export const recipient = await identityToRecipient(identity);

export function fresh(): string {
  const dir = mkdtempSync(join(tmpdir(), 'weir-backup-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A target and the store's own folder, with what every call needs. */
export function place(base = fresh()): {
  dir: string;
  local: string;
  recipients: string[];
  identities: string[];
} {
  return {
    dir: join(base, 'target'),
    local: join(base, 'local'),
    recipients: [recipient],
    identities: [identity],
  };
}

export type File = PutOptions & { name: string; content: Uint8Array };

export async function* stream(bytes: Uint8Array, piece = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

/** A whole backup of some files. */
export async function backUp(
  options: Omit<Parameters<typeof createBackup>[0], 'now'> & { now?: number },
  files: File[],
  expiresAt = NOON + 30 * DAY,
): Promise<Head & { read: string[] }> {
  const writer = await createBackup({ now: NOON, ...options });
  const read: string[] = [];
  try {
    for (const { name, content, ...rest } of files)
      if ((await writer.put(name, () => stream(content), { bytes: content.length, ...rest })).read)
        read.push(name);
  } catch (why) {
    await writer.abort();
    throw why;
  }
  return { ...(await writer.finish({ facts: { of: files.length }, expiresAt })), read };
}

export const gather = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(source));

/** Everything in a generation, by name. */
export async function contents(
  options: Parameters<typeof openBackup>[0],
): Promise<{ reader: BackupReader; entries: Entry[]; files: Map<string, Buffer> }> {
  const reader = await openBackup(options);
  const entries = await Array.fromAsync(reader.entries());
  const files = new Map<string, Buffer>();
  for (const entry of entries) files.set(entry.name, await gather(reader.read(entry)));
  return { reader, entries, files };
}
