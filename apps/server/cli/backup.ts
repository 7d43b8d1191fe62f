import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Config, Problem, silentLog } from '@weir/kit';
import { s3PlaceOf } from '@weir/ledger';
import type pg from 'pg';
import { copyCut } from '../backup/copy/copy.ts';
import { copyOffline } from '../backup/copy/offline.ts';
import { keepKek, ownRecipient } from '../backup/identity.ts';
import { checkPlace, type Head, isSameDisk } from '../backup/store/index.ts';
import type { Order, Progress } from '../control/backup/backups.ts';
import { kekIdOf } from '../control/backup/keyPart.ts';
import { kekPathOf } from '../kekPathOf.ts';
import { WrongUse } from './misuse.ts';
import type { Operator } from './operator.ts';
import { Bar } from './progress.ts';
import { sizeOf } from './size.ts';

/** The cut waits for a checkpoint's witnesses and lists the recordings. */
const CUT_WITHIN_MS = 120_000;
/** The service hears of the copy this often. */
const TELL_EACH_MS = 1_000;
/** The shortest term is 60 days, and an open day in a backup may be two days old: none is kept longer. */
const MAX_DAYS = 58;

export type BackupAsk = {
  to: string;
  /** Begin also where this store's backups lay before and are no more. */
  create: boolean;
  recipients: string[];
  withKek: boolean;
  media: boolean;
  days: number;
  json: boolean;
};

/**
 * `weir backup`: a cut of the running service, or of a store on which none runs, encrypted into a folder that holds
 * many of them. The service takes the cut, this process copies.
 * @returns 0 done, 1 refused or failed, with nothing half-made left
 */
export async function backup(ask: BackupAsk, config: Config, operator: Operator): Promise<number> {
  const to = resolve(ask.to);
  if (`${to}/`.startsWith(`${config.dataDir}/`))
    throw new WrongUse('a backup inside of the data directory dies with it: name another disk');
  if (!(ask.days >= 1 && ask.days <= MAX_DAYS)) throw new WrongUse(`--days takes 1 to ${MAX_DAYS}`);
  // Before the service is asked for a cut, and before an identity is made.
  if (!ask.create) checkPlace(to, join(config.dataDir, 'backup'));
  const isNew = !existsSync(to);
  const told: string[] = [];
  const recipients = ask.recipients.length > 0 ? ask.recipients : [await own(told)];
  const bar = new Bar();
  const cancel = new AbortController();
  const onSignal = (): void => cancel.abort(new Error('the backup was broken off; nothing of it stays'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const shared = { to, create: ask.create, recipients, days: ask.days, signal: cancel.signal };
  try {
    const head = await online({ ...ask, ...shared }, config, operator, bar).catch(async (why: Error) => {
      if (!/^No Weir runs/.test(why.message)) throw why;
      return copyOffline({
        ...shared,
        config,
        log: silentLog,
        media: ask.media,
        withKek: ask.withKek,
        now: Date.now(),
        onProgress: bar.show,
      });
    });
    bar.clear();
    if (isNew) told.push(`The folder ${to} was not there and was made.`);
    if (isSameDisk(to, config.dataDir))
      told.push('The backup lies on the disk of the store: where that disk ends, both do.');
    if (!ask.withKek) apart(config, told);
    print(head, to, told, ask.json);
    return 0;
  } finally {
    bar.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function online(
  ask: BackupAsk & { signal: AbortSignal },
  config: Config,
  operator: Operator,
  bar: Bar,
): Promise<Head> {
  const { to, create, recipients, withKek, media, days, signal } = ask;
  const order = await operator<Order>('POST', '/api/backup', { to, pid: process.pid }, CUT_WITHIN_MS);
  const path = `/api/backup/${order.facts.id}`;
  let now: Progress = { phase: 'database', done: 0, of: 0 };
  const lost = new AbortController();
  const tell = setInterval(() => {
    operator('POST', `${path}/progress`, now).catch((why: unknown) => {
      if (why instanceof Problem && why.code === 'not_found')
        lost.abort(new Error('the service let the cut go; begin the backup again'));
    });
  }, TELL_EACH_MS);
  try {
    const head = await copyCut({
      dataDir: config.dataDir,
      kekFile: config.kekFile,
      to,
      create,
      recipients,
      facts: order.facts,
      files: order.files,
      recordings: media ? order.recordings : undefined,
      connection: (config.databaseUrl
        ? { connectionString: config.databaseUrl }
        : order.connection) as pg.ClientConfig,
      snapshot: order.snapshot,
      storage: config.s3Url
        ? s3PlaceOf(config.s3Url)
        : { kind: 'directory', dir: join(config.dataDir, 'ledger') },
      days,
      signal: AbortSignal.any([signal, lost.signal]),
      writeKeys: () => operator('POST', `${path}/keys`, { dir: to, recipients, withKek }),
      onProgress: (progress) => {
        now = progress;
        bar.show(progress);
      },
    });
    const { generation, bytes, written, entries } = head;
    await operator('POST', `${path}/end`, { outcome: 'done', generation, bytes, written, entries });
    return head;
  } catch (why) {
    await operator('POST', `${path}/end`, {
      outcome: 'failed',
      why: (why as Error).message.slice(0, 2_000),
    }).catch(() => {});
    throw why;
  } finally {
    clearInterval(tell);
  }
}

async function own(told: string[]): Promise<string> {
  const { recipient, made } = await ownRecipient();
  if (made)
    told.push(
      `An identity was made in ${made}: without it nobody opens the backup, so keep a copy of it elsewhere.`,
    );
  return recipient;
}

/** The key-encryption key goes into no backup unasked: where it lies beside the store, a copy is kept apart. */
function apart(config: Config, told: string[]): void {
  const path = kekPathOf(config);
  const kek = readFileSync(path);
  const kept = config.kekFile ? path : keepKek(kekIdOf(kek), kek);
  told.push(
    `The key-encryption key is not in the backup: it lies in ${kept}; keep a copy of it elsewhere too.`,
  );
}

function print(head: Head, to: string, told: readonly string[], json: boolean): void {
  const { generation, entries, bytes, written, expiresAt } = head;
  if (json) {
    console.log(
      JSON.stringify({
        generation,
        to,
        entries,
        bytes,
        written,
        expiresAt: new Date(expiresAt).toISOString(),
      }),
    );
    return;
  }
  console.log(
    `backup ${generation} in ${to}: ${entries} files, ${sizeOf(bytes)}, ${sizeOf(written)} of it new`,
  );
  console.log(`  good until ${new Date(expiresAt).toISOString()}; then the next backup removes it`);
  for (const line of told) console.log(`  ${line}`);
}
