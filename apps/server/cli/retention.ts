import type { PlanItem, Receipt } from '@weir/ledger';
import { WrongUse } from './misuse.ts';
import type { Operator } from './operator.ts';
import { json as jsonOption, parse, text } from './options.ts';
import { readPassword } from './password.ts';

export const RETENTION_HELP = `weir retention plan | run [--json]           what goes when; purge what is due, with a receipt
weir retention confirm PART… | --all --account NAME [--password-stdin] [--json]
                                             one of two administrators says that the clock is right:
                                             0 where two have now, 1 where another must still`;

/** Purging a day of millions of messages takes minutes, not hours. */
const RUN_WITHIN_MS = 3_600_000;

const STATES: Record<PlanItem['state'], string> = {
  waits: '',
  due: 'due now',
  unproven: 'due by the wall clock alone: two administrators must confirm it',
};

/**
 * `weir retention plan`: what goes when, a line a part; `weir retention run` purges what is due and prints the
 * receipt. Both ask the running service, which is the one that may write.
 * @returns 0 done, 1 where a part that is due could not be purged
 */
export async function retention(
  what: string | undefined,
  operator: Operator,
  json: boolean,
): Promise<number> {
  if (what === 'plan') {
    const items = await planned(operator);
    for (const item of items)
      console.log(json ? JSON.stringify(item) : `${item.on}  ${item.id}  ${STATES[item.state]}`.trimEnd());
    if (items.length === 0 && !json) console.log('There is nothing that will go.');
    return 0;
  }
  if (what !== 'run') throw new WrongUse('weir retention plan | run [--json]');
  const { receipt } = await operator<{ receipt: Receipt | null }>(
    'POST',
    '/api/retention/run',
    {},
    RUN_WITHIN_MS,
  );
  if (json) console.log(JSON.stringify(receipt));
  else if (receipt) print(receipt);
  else console.log(nothing(await planned(operator)));
  return receipt && receipt.failed.length > 0 ? 1 : 0;
}

const planned = async (operator: Operator): Promise<PlanItem[]> =>
  (await operator<{ items: PlanItem[] }>('GET', '/api/retention')).items;

/** Why nothing went: nothing is due, or all that is waits for two persons. */
function nothing(items: readonly PlanItem[]): string {
  const unproven = items.filter(({ state }) => state === 'unproven').length;
  if (unproven === 0) return 'Nothing is due.';
  return `Nothing is due but by the wall clock alone (${unproven} in \`weir retention plan\`): two administrators must confirm that.`;
}

/**
 * `weir retention confirm`: an administrator says, signed in as such, that parts are due which the wall clock alone
 * calls so.
 * @returns 0 where two have said so of each, 1 where another must still
 */
export async function confirm(args: string[], operator: (token?: string) => Operator): Promise<number> {
  const { values, names } = parse(args, {
    ...jsonOption,
    all: { type: 'boolean' },
    account: { type: 'string' },
    'password-stdin': { type: 'boolean' },
  });
  const account = text(values['account']);
  const all = values['all'] === true;
  if (!account || all === names.length > 0)
    throw new WrongUse('weir retention confirm PART… | --all --account NAME [--password-stdin]');
  const password = await readPassword(values['password-stdin'] === true);
  const { token } = await operator()<{ token: string }>('POST', '/api/session', { account, password });
  const person = operator(token);
  try {
    const { items } = await person<{ items: PlanItem[] }>('GET', '/api/retention');
    const unproven = items.filter(({ state }) => state === 'unproven').map(({ id }) => id);
    const said = await person<Said>('POST', '/api/retention/confirm', { items: all ? unproven : names });
    if (values['json'] === true) console.log(JSON.stringify(said));
    else {
      for (const id of said.confirmed) console.log(`${id}: confirmed by two, the next run purges it`);
      for (const id of said.waiting) console.log(`${id}: another administrator must confirm it too`);
    }
    return said.waiting.length > 0 ? 1 : 0;
  } finally {
    await person('DELETE', '/api/session');
  }
}

type Said = { confirmed: string[]; waiting: string[] };

function print({ id, parts, failed, stores, beyond }: Receipt): void {
  console.log(`receipt ${id}`);
  for (const part of parts) {
    const carried = Object.entries(part.carried).map(
      ([until, count]) => `${count} carried over until ${until}`,
    );
    const what = [`${part.gone} records gone`, ...carried, `${part.files} files`, `by ${part.evidence}`];
    console.log(`  ${part.id}: ${what.join(', ')}`);
  }
  for (const { store, removed, failed: why } of stores)
    console.log(`  ${store}: ${why ?? `${removed} removed`}`);
  for (const { id: part, why } of failed) console.log(`  ${part}: NOT PURGED: ${why}`);
  console.log(`  beyond reach: ${beyond.join(', ')}`);
}
