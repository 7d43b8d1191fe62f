import { WrongUse } from './misuse.ts';
import type { Operator } from './operator.ts';
import {
  calendarDay,
  checkStretch,
  instant,
  json,
  logName,
  type Options,
  parse,
  text,
  texts,
} from './options.ts';

/** A hold copies recordings: minutes, not seconds. */
const WITHIN_MS = 3_600_000;
const UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

export const HOLD_HELP = `weir hold list [--json]                      what is held beyond its term, the next review first
weir hold place --case C --reason TEXT --person WHO --review DAY [--broadcast B] [--room R]
                [--user U] [--from T] [--to T] [--log L]… [--quota 2G] [--json]
                                             hold what a case needs, under a key of the case's own; each
                                             field narrows
weir hold extend ID --review DAY --note TEXT [--json]
                                             keep it on; DAY is when somebody looks again
weir hold release ID --note TEXT [--json]    destroy its key, then its files
weir hold records ID                         what it keeps, as JSON lines`;

type Shown = {
  id: string;
  case: string;
  reason: string;
  responsible: string;
  reviewOn: string;
  due: boolean;
  placedBy: { id: string; nickname: string };
  bytes: number;
  quotaBytes: number;
  missing: string[];
};
type List = { items: Shown[]; bytes: number; totalBytes: number | null };

const words: Options = { ...json, note: { type: 'string' }, review: { type: 'string' } };
const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
const line = ({ id, case: of, reviewOn, due, bytes, quotaBytes, placedBy, responsible }: Shown): string =>
  `${id}  ${of}  review ${reviewOn}${due ? ' (due)' : ''}  ${size(bytes)} of ${size(quotaBytes)}  ` +
  `placed by ${placedBy.nickname || placedBy.id} for ${responsible}`;

/**
 * `weir hold list | place | extend | release | records`, asked of the running service.
 * @returns 0 done; what the service refuses is thrown as its Problem (1), wrong use as WrongUse (2)
 */
export async function hold(args: string[], operator: Operator): Promise<number> {
  const [what, ...rest] = args;
  switch (what) {
    case 'list':
      return list(rest, operator);
    case 'place':
      return place(rest, operator);
    case 'extend':
      return extend(rest, operator);
    case 'release':
      return release(rest, operator);
    case 'records':
      return records(rest, operator);
    default:
      throw new WrongUse('weir hold list | place | extend | release | records');
  }
}

async function list(args: string[], operator: Operator): Promise<number> {
  const { values } = parse(args, json, 0);
  const { items, bytes, totalBytes } = await operator<List>('GET', '/api/holds');
  for (const item of items) console.log(values['json'] ? JSON.stringify(item) : line(item));
  if (!values['json'])
    console.log(
      items.length === 0
        ? 'Nothing is held.'
        : `${items.length} held, ${size(bytes)}${totalBytes === null ? '' : ` of ${size(totalBytes)}`}`,
    );
  return 0;
}

async function place(args: string[], operator: Operator): Promise<number> {
  const names = ['case', 'reason', 'person', 'review', 'broadcast', 'room', 'user', 'from', 'to', 'quota'];
  const { values } = parse(
    args,
    {
      ...json,
      log: { type: 'string', multiple: true },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
    0,
  );
  const must = (name: string): string => {
    const value = text(values[name]);
    if (value === undefined)
      throw new WrongUse(`weir hold place needs --${name}; it takes --case, --reason, --person, --review`);
    return value;
  };
  const logs = texts(values['log']).map(logName);
  const what = {
    ...Object.fromEntries(
      ['broadcast', 'room', 'user'].flatMap((name) => {
        const value = text(values[name]);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    ...Object.fromEntries(
      ['from', 'to'].flatMap((name) => {
        const value = text(values[name]);
        return value === undefined ? [] : [[name, instant(name, value)]];
      }),
    ),
    ...(logs.length > 0 ? { logs } : {}),
  };
  if (Object.keys(what).length === 0 || (logs.length > 0 && Object.keys(what).length === 1))
    throw new WrongUse('Name what is held: --broadcast, --room, --user, --from or --to');
  const { from, to } = what as { from?: number; to?: number };
  checkStretch({ from, to });
  const quota = text(values['quota']);
  const placed = await operator<Shown>(
    'POST',
    '/api/holds',
    {
      case: must('case'),
      reason: must('reason'),
      responsible: must('person'),
      reviewOn: calendarDay('review', must('review')),
      what,
      ...(quota === undefined ? {} : { quotaBytes: bytesOf(quota) }),
    },
    WITHIN_MS,
  );
  if (values['json']) console.log(JSON.stringify(placed));
  else {
    console.log(line(placed));
    for (const path of placed.missing) console.log(`  not there any more: ${path}`);
  }
  return 0;
}

async function extend(args: string[], operator: Operator): Promise<number> {
  const { values, names } = parse(args, words, 1);
  const [reviewOn, note] = [text(values['review']), text(values['note'])];
  if (!reviewOn || !note) throw new WrongUse('weir hold extend ID --review DAY --note TEXT');
  const held = await operator<Shown>('POST', `/api/holds/${encodeURIComponent(names[0] ?? '')}/review`, {
    reviewOn: calendarDay('review', reviewOn),
    note,
  });
  console.log(values['json'] ? JSON.stringify(held) : line(held));
  return 0;
}

async function release(args: string[], operator: Operator): Promise<number> {
  const { values, names } = parse(args, words, 1);
  const note = text(values['note']);
  if (!note) throw new WrongUse('weir hold release ID --note TEXT');
  const id = names[0] ?? '';
  await operator('DELETE', `/api/holds/${encodeURIComponent(id)}`, { note });
  console.log(values['json'] ? JSON.stringify({ id, released: true }) : `${id} is released.`);
  return 0;
}

async function records(args: string[], operator: Operator): Promise<number> {
  const { names } = parse(args, json, 1);
  const path = `/api/holds/${encodeURIComponent(names[0] ?? '')}/records`;
  type Page = { items: object[]; next: string | null };
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const page: Page = await operator<Page>('GET', `${path}?cursor=${cursor}`, undefined, WITHIN_MS);
    for (const item of page.items) console.log(JSON.stringify(item));
    cursor = page.next;
  }
  return 0;
}

/** Bytes of `2G`, `500m` or `1000`. @throws WrongUse */
function bytesOf(value: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([kmgt]?)$/i.exec(value) ?? [];
  const bytes = Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
  if (bytes < 1) throw new WrongUse('--quota takes bytes such as 500M or 2G');
  return bytes;
}
