import { readConfig } from '@weir/kit';
import { makeIdentity } from '../backup/identity.ts';
import { backup } from './backup.ts';
import { WrongUse } from './misuse.ts';
import type { Operator } from './operator.ts';
import { json, type Options, parse, text, texts } from './options.ts';
import { reopen, restore } from './restore.ts';
import { TARGET_HELP, targetCommand } from './target.ts';

export const BACKUP_HELP = `weir backup --to DIR [--create] [--recipient AGE]… [--no-media] [--with-kek] [--days N] [--json]
                                             copy the store into DIR, encrypted (age), what is new since the
                                             last time; --days: how long it is good for (30); --create: also
                                             where its backups lay before and are no more, a new disk say
weir backup keygen --out FILE | --split NAME,NAME,… [--need 2] --out DIR
                                             what opens backups: one identity, or shares of it
${TARGET_HELP}
weir restore --from DIR [--identity FILE | --share FILE…] [--generation G] [--kek FILE] [--checkpoint FILE]…
             [--tombstones FILE]… [--receipts FILE]… [--json]
                                             make a store of a backup in an empty data directory; it starts closed
weir reopen --note TEXT [--json]             open a service that was restored`;

const GOOD_FOR_DAYS = 30;
const NEED = 2;
const many = { type: 'string', multiple: true } as const;

export async function runBackup(args: string[], operator: () => Operator): Promise<number> {
  const done = targetCommand(args);
  if (done) return done;
  const options: Options = {
    ...json,
    to: { type: 'string' },
    create: { type: 'boolean' },
    recipient: many,
    'no-media': { type: 'boolean' },
    'with-kek': { type: 'boolean' },
    days: { type: 'string' },
    out: { type: 'string' },
    split: { type: 'string' },
    need: { type: 'string' },
  };
  const { values, names } = parse(args, options, 0, 1);
  if (names[0] === 'keygen') return keygen(values);
  const to = text(values['to']);
  if (!to || names.length > 0) throw new WrongUse('weir backup --to DIR, or weir backup keygen --out FILE');
  const ask = {
    to,
    create: values['create'] === true,
    recipients: texts(values['recipient']),
    withKek: values['with-kek'] === true,
    media: values['no-media'] !== true,
    days: Number(text(values['days']) ?? GOOD_FOR_DAYS),
    json: values['json'] === true,
  };
  return backup(ask, readConfig(), operator());
}

async function keygen(values: ReturnType<typeof parse>['values']): Promise<number> {
  const out = text(values['out']);
  if (!out) throw new WrongUse('weir backup keygen --out FILE, or --split NAME,NAME,NAME --out DIR');
  const names = text(values['split'])?.split(',');
  const split = names ? { names, need: Number(text(values['need']) ?? NEED) } : undefined;
  const recipient = await makeIdentity(out, split);
  console.log(values['json'] === true ? JSON.stringify({ recipient, out }) : recipient);
  return 0;
}

export async function runRestore(args: string[]): Promise<number> {
  const options: Options = {
    ...json,
    from: { type: 'string' },
    generation: { type: 'string' },
    kek: { type: 'string' },
    identity: many,
    share: many,
    checkpoint: many,
    tombstones: many,
    receipts: many,
  };
  const { values } = parse(args, options, 0);
  const from = text(values['from']);
  if (!from) throw new WrongUse('weir restore --from DIR');
  const ask = {
    from,
    identities: texts(values['identity']),
    shares: texts(values['share']),
    generation: text(values['generation']),
    kek: text(values['kek']),
    checkpoints: texts(values['checkpoint']),
    tombstones: texts(values['tombstones']),
    receipts: texts(values['receipts']),
    json: values['json'] === true,
  };
  return restore(ask, readConfig());
}

export async function runReopen(args: string[], operator: () => Operator): Promise<number> {
  const { values } = parse(args, { ...json, note: { type: 'string' } }, 0);
  const note = text(values['note']);
  if (!note) throw new WrongUse('weir reopen --note TEXT: why it may open, e.g. what was looked at');
  return reopen(note, operator(), values['json'] === true);
}
