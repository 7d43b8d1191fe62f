import { resolve } from 'node:path';
import { identitiesFrom } from '../backup/identity.ts';
import { checkStored, type Fault, listGenerations, openBackup, prune } from '../backup/store/index.ts';
import { WrongUse } from './misuse.ts';
import { json, type Options, parse, text, texts } from './options.ts';
import { Bar } from './progress.ts';
import { sizeOf } from './size.ts';

export const TARGET_HELP = `weir backup list --to DIR [--json]           which backups are there; needs no identity
weir backup check --to DIR [--identity FILE | --share FILE…] [--generation G] [--json]
                                             hold every file against its hash; with an identity decrypt all of a
                                             backup too: 0 whole, 1 not
weir backup prune --to DIR [--keep N] [--drop-damaged] [--json]
                                             destroy what has had its time`;

const place: Options = { ...json, to: { type: 'string' } };
const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * `weir backup list | check | prune`: what is done with a target, without any store.
 * @returns undefined where the arguments are of another command
 */
export function targetCommand(args: string[]): Promise<number> | undefined {
  const [what, ...rest] = args;
  switch (what) {
    case 'list':
      return list(rest);
    case 'check':
      return check(rest);
    case 'prune':
      return pruneTarget(rest);
    default:
      return undefined;
  }
}

function targetOf(value: unknown): string {
  const dir = text(value);
  if (!dir) throw new WrongUse('--to DIR names the folder that holds the backups');
  return resolve(dir);
}

async function list(args: string[]): Promise<number> {
  const { values } = parse(args, place, 0);
  for (const head of await listGenerations(targetOf(values['to'])))
    console.log(
      values['json']
        ? JSON.stringify(head)
        : `${head.generation}  ${head.entries} files, ${sizeOf(head.bytes)}, ${sizeOf(head.written)} of it new, good until ${iso(head.expiresAt)}`,
    );
  return 0;
}

async function check(args: string[]): Promise<number> {
  const many = { type: 'string', multiple: true } as const;
  const { values } = parse(
    args,
    { ...place, generation: { type: 'string' }, identity: many, share: many },
    0,
  );
  const dir = targetOf(values['to']);
  let faults = 0;
  const tell = (fault: Fault & { generation: string }): void => {
    // An object that has had its term is not there, and should not be.
    if (fault.what === 'expired') return;
    faults++;
    const { generation, entry, object, what } = fault;
    console.log(
      values['json']
        ? JSON.stringify(fault)
        : `${generation}: ${[entry, object && `object ${object}`].filter(Boolean).join(', ')} is ${what}`,
    );
  };
  for await (const fault of checkStored(dir, Date.now())) tell(fault);
  const keys = [texts(values['identity']), texts(values['share'])] as const;
  if (keys.flat().length > 0) {
    const bar = new Bar();
    try {
      const generation = text(values['generation']);
      const reader = await openBackup({
        dir,
        identities: await identitiesFrom(...keys),
        ...(generation && { generation }),
      });
      let done = 0;
      const onEntry = (): void => bar.show({ phase: 'files', done: ++done, of: reader.head.entries });
      for await (const fault of reader.check({ onEntry }))
        tell({ generation: reader.head.generation, ...fault });
    } finally {
      bar.clear();
    }
  }
  if (faults === 0 && !values['json']) console.log('Everything is as it was written.');
  return faults === 0 ? 0 : 1;
}

async function pruneTarget(args: string[]): Promise<number> {
  const { values } = parse(
    args,
    { ...place, keep: { type: 'string' }, 'drop-damaged': { type: 'boolean' } },
    0,
  );
  const keep = text(values['keep']);
  const pruned = await prune({
    dir: targetOf(values['to']),
    now: Date.now(),
    dropDamaged: values['drop-damaged'] === true,
    ...(keep !== undefined && { keep: Number(keep) }),
  });
  if (values['json']) console.log(JSON.stringify(pruned));
  else {
    console.log(
      `${pruned.generations.length} backups and ${pruned.objects} objects went, ${sizeOf(pruned.bytes)}`,
    );
    for (const generation of pruned.damaged)
      console.log(`${generation} is damaged, and what only it may need stays: --drop-damaged lets go of it`);
  }
  return 0;
}
