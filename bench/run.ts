import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, Options } from './row.ts';

/** Seconds a figure is measured for where `--seconds` does not say. */
const DEFAULT_SECONDS = 10;

const here = new URL('.', import.meta.url);
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/run.ts`, here)))
  .map((entry) => entry.name)
  .sort();

const load = (name: string): Promise<Bench> => import(new URL(`${name}/run.ts`, here).href);

function misuse(text: string): never {
  console.error(text);
  console.error('usage: npm run bench -- list | NAME [--seconds S] [--peers none] [--small]');
  console.error('       npm run bench -- ledger [--store DIR] [--messages N]');
  process.exit(2);
}

function readArguments(): { name: string } & Options {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        peers: { type: 'string' },
        small: { type: 'boolean' },
        messages: { type: 'string' },
        store: { type: 'string' },
      },
    });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) misuse('Name one bench.');
    const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
    if (!(seconds > 0 && seconds <= 3600)) misuse('--seconds takes a number above 0, at most 3600.');
    if (values.peers !== undefined && values.peers !== 'none') misuse('--peers takes none.');
    const { messages, store } = values;
    if (messages !== undefined && !/^[1-9]\d{2,8}$/.test(messages))
      misuse('--messages takes a number from 100 to 999999999.');
    // Read where loads are defined, in children too.
    if (values.small) process.env['WEIR_BENCH_SMALL'] = '1';
    return {
      name,
      seconds,
      peers: values.peers !== 'none',
      ...(messages === undefined ? {} : { messages: Number(messages) }),
      ...(store === undefined ? {} : { store }),
    };
  } catch (why) {
    misuse((why as Error).message);
  }
}

const { name, ...options } = readArguments();
if (name === 'list') {
  for (const each of names)
    console.log(JSON.stringify({ bench: each, metrics: [...(await load(each)).metrics] }));
} else {
  if (!names.includes(name)) misuse(`There is no bench ${name}; there are: ${names.join(', ')}.`);
  const bench = await load(name);
  for (const each of ['messages', 'store'] as const)
    if (options[each] !== undefined && !bench.takes?.includes(each)) misuse(`${name} takes no --${each}.`);
  for await (const row of bench.run(options)) console.log(JSON.stringify(row));
}
