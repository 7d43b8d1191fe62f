import { describeConfig, Problem, readConfig } from '@weir/kit';
import { socketPath } from '../supervisor/folders.ts';
import { durationOf, MAX_MOVE_MS } from '../time/duration.ts';
import { BACKUP_HELP, runBackup, runReopen, runRestore } from './backups.ts';
import { verifyBundle } from './bundle.ts';
import { HOLD_HELP, hold } from './hold.ts';
import { usageOf, WrongNames, WrongUse } from './misuse.ts';
import { type Operator, operatorOf } from './operator.ts';
import { instant, json, logName, type Options, parse, text, texts } from './options.ts';
import { readPassword } from './password.ts';
import { confirm, RETENTION_HELP, retention } from './retention.ts';
import { checkSearch, SEARCHED, searchLog } from './search.ts';
import { runText, TEXT_HELP } from './text.ts';
import { verify } from './verify.ts';
import { witness, witnessKey } from './witness.ts';

/** Exit codes: holds or done, does not hold or refused, wrong use. */
const DONE = 0;
const REFUSED = 1;
const WRONG_USE = 2;
/** Whoever read the output left before its end (`weir … | head`): as shells tell SIGPIPE, 128 + 13. */
const READER_LEFT = 141;

const HELP = `weir start [--simulated]                     run the service; --simulated makes a store for trials,
                                             whose clock moves by order
weir clock advance 59d [--json]              move a simulated store's clock on: s, m, h or d
weir config [--json]                         every key: value, default, meaning
weir admin create NAME [--password-stdin]    create an administrator
weir broadcasts [--json]                     what is live
weir cut ID --reason CODE [--note TEXT] [--facts TEXT] [--json]
                                             cut a broadcast off, also with PostgreSQL stopped
weir log search [--log L] [--kind K] [--room R] [--broadcast B] [--user U]
                [--from T] [--to T] [--text X] [--limit N] [--case C] [--ground G] [--out FILE]
                                             records as JSON lines; times as ISO 8601; 1,000 at most unless
                                             --limit says more, all of them into a new FILE
${RETENTION_HELP}
${HOLD_HELP}
${BACKUP_HELP}
weir verify [--local] [--log L] [--witness VKEY]… [--tsa FILE] [--json]
                                             check the ledger from its files: 0 holds, 1 does not,
                                             3 holds and no witness has signed it (those that you name
                                             must all have, else one that the store names); --tsa
                                             names certificates whose time-stamps count
weir verify [--local] [--witness VKEY]… [--json] BUNDLE
                                             check an evidence clip offline, without any store
weir witness --listen ADDR [--dir DIR] [--log VKEY]… [--name NAME]
                                             cosign the checkpoints of these logs (their vkey lines, or
                                             a file of such), for anybody's ledger; without --log those
                                             of the store here; --dir is its memory (./weir-witness)
${TEXT_HELP}

A service is found by WEIR_DATA_DIR.`;

type Run = (args: string[], operator: (token?: string) => Operator) => Promise<number>;

const commands: Record<string, Run> = {
  async help() {
    console.log(HELP);
    return DONE;
  },
  async config(args) {
    const { values } = parse(args, json, 0);
    const keys = describeConfig(readConfig());
    if (values['json']) console.log(JSON.stringify(keys));
    else
      for (const { env, value, fallback, doc } of keys)
        console.log(`${env}=${value}\n    ${doc} (default: ${fallback || 'none'})`);
    return DONE;
  },
  async broadcasts(args, operator) {
    const { values } = parse(args, json, 0);
    const { items } = await operator()<{ items: Row[] }>('GET', '/api/broadcasts?state=live');
    if (values['json']) for (const item of items) console.log(JSON.stringify(item));
    else
      for (const { id, number, state, viewers, title } of items)
        console.log(`${id}  ${number}  ${state}  ${viewers}  ${title}`);
    return DONE;
  },
  async cut(args, operator) {
    const { values, names } = parse(
      args,
      { ...json, reason: { type: 'string' }, note: { type: 'string' }, facts: { type: 'string' } },
      1,
    );
    const reason = text(values['reason']);
    if (!reason)
      throw new WrongUse(
        'weir cut ID --reason CODE; GET /api/reasons lists the codes, other is always among them',
      );
    const note = text(values['note']);
    const facts = text(values['facts']);
    const body = { reason, ...(note ? { note } : {}), ...(facts ? { facts } : {}) };
    const certificate = await operator()<Cut>(
      'POST',
      `/api/broadcasts/${encodeURIComponent(names[0] ?? '')}/cut-off`,
      body,
    );
    if (values['json']) console.log(JSON.stringify(certificate));
    else {
      console.log(
        `cut, ${certificate.viewersCut} viewers, certificate ${certificate.state} (${certificate.id})`,
      );
      for (const { edge, state, lastResetAt } of certificate.edges)
        console.log(`  edge ${edge}: ${state} ${lastResetAt ?? ''}`);
    }
    return DONE;
  },
  async clock(args, operator) {
    const { values, names } = parse(args, json, 2);
    const [what, by = ''] = names;
    if (what !== 'advance') throw new WrongUse('weir clock advance 59d');
    const ms = durationOf(by, MAX_MOVE_MS);
    const moved = await operator()<{ now: string }>('POST', '/api/clock/advance', { ms });
    console.log(values['json'] ? JSON.stringify(moved) : `It is ${moved.now} now.`);
    return DONE;
  },
  async admin(args, operator) {
    const { values, names } = parse(args, { 'password-stdin': { type: 'boolean' } }, 2);
    const [what, account = ''] = names;
    if (what !== 'create') throw new WrongUse('weir admin create NAME [--password-stdin]');
    const password = await readPassword(values['password-stdin'] === true);
    const roles = ['viewer', 'publisher', 'reviewer', 'admin'];
    await operator()('POST', '/api/users', { account, password, roles });
    console.log(`${account} is an administrator.`);
    return DONE;
  },
  async log(args, operator) {
    const options: Options = Object.fromEntries(
      [...SEARCHED, 'limit', 'out'].map((name) => [name, { type: 'string' as const }]),
    );
    const { values, names } = parse(args, { ...json, ...options }, 1);
    if (names[0] !== 'search') throw new WrongNames('see weir help');
    const query: Record<string, string> = {};
    for (const name of SEARCHED) {
      const value = text(values[name]);
      if (value !== undefined)
        query[name] = name === 'from' || name === 'to' ? String(instant(name, value)) : value;
    }
    checkSearch(query);
    const out = text(values['out']);
    return searchLog(operator(), query, {
      limit: text(values['limit']),
      ...(out === undefined ? {} : { out }),
    });
  },
  backup: (args, operator) => runBackup(args, operator),
  restore: (args) => runRestore(args),
  reopen: (args, operator) => runReopen(args, operator),
  async verify(args) {
    const options: Options = {
      ...json,
      local: { type: 'boolean' },
      log: { type: 'string' },
      witness: { type: 'string', multiple: true },
      tsa: { type: 'string' },
    };
    const { values, names } = parse(args, options, 0, 1);
    const log = text(values['log']);
    const how = {
      local: values['local'] === true,
      json: values['json'] === true,
      witnesses: texts(values['witness']).map((vkey) => witnessKey(vkey)),
    };
    if (names[0] !== undefined) {
      if (log !== undefined) throw new WrongUse('a bundle has its own logs: --log names one of a store');
      return verifyBundle(names[0], how);
    }
    const one = log === undefined ? undefined : logName(log);
    const { dataDir, kekFile, s3Url } = readConfig();
    return verify(dataDir, {
      kekFile,
      s3Url,
      tsa: text(values['tsa']),
      log: one,
      ...how,
    });
  },
  witness(args) {
    const options: Options = {
      listen: { type: 'string' },
      dir: { type: 'string' },
      log: { type: 'string', multiple: true },
      name: { type: 'string' },
    };
    const { values } = parse(args, options, 0);
    return witness({
      listen: text(values['listen']),
      dir: text(values['dir']),
      logs: texts(values['log']),
      name: text(values['name']),
      dataDir: readConfig().dataDir,
    });
  },
  async retention(args, operator) {
    if (args[0] === 'confirm') return confirm(args.slice(1), operator);
    const { values, names } = parse(args, json, 1);
    return retention(names[0], operator(), values['json'] === true);
  },
  hold: (args, operator) => hold(args, operator()),
  text: (args, operator) => runText(args, operator),
};

type Row = { id: string; number: number; state: string; viewers: number; title: string };
type Cut = {
  id: string;
  state: string;
  viewersCut: number;
  edges: { edge: string; state: string; lastResetAt: string | null }[];
};

/** Nothing here tries a bucket again by itself: the command is over. */
const detailOf = ({ code, detail, message }: Problem, command: string): string =>
  code === 'bucket_unavailable'
    ? `The bucket of WEIR_S3_URL does not answer, and weir ${command} needs it; nothing was changed`
    : (detail ?? message);

/** Runs one command; returns the exit code. What it prints on stdout is the result, on stderr why there is none. */
export async function runCli(command: string, args: string[]): Promise<number> {
  const run = commands[command === '--help' ? 'help' : command];
  if (!run) {
    console.error(`There is no command ${command}.\n\n${HELP}`);
    return WRONG_USE;
  }
  process.stdout.on('error', (why: NodeJS.ErrnoException) => {
    if (why.code !== 'EPIPE') console.error(why.message);
    process.exit(why.code === 'EPIPE' ? READER_LEFT : REFUSED);
  });
  try {
    const { dataDir } = readConfig();
    return await run(args, (token) => operatorOf(socketPath(dataDir, 'control.sock'), dataDir, token));
  } catch (why) {
    if (why instanceof WrongNames) console.error(usageOf(HELP, [command, ...args]));
    else
      console.error(
        why instanceof Problem ? `${why.code}: ${detailOf(why, command)}` : (why as Error).message,
      );
    return why instanceof WrongUse ? WRONG_USE : REFUSED;
  }
}
