import { createHash, randomBytes } from 'node:crypto';
import { bech32 } from '@scure/base';
import { identityToRecipient } from 'age-encryption';
import { combine, split } from 'shamir-secret-sharing';
import { BackupFault } from '../fault.ts';

/**
 * Shares of an age identity: any `need` of them make it again, fewer tell nothing (Shamir 1979, over GF(2^8); the
 * audited library's work). A share is one line that can be printed and typed again, letters of either case:
 *
 *     weir-share 1 NEED/COUNT KIND SET PRINT DATA CHECK NAME
 *
 * KIND `x` or `pq` (X25519 or hybrid identity) · SET 8 hex digits, the same in all shares of one splitting · PRINT the
 * first 16 hex digits of SHA-256 of the recipient, by which the joined identity is held against its recipient · DATA hex
 * in groups of 8: 32 bytes of y, one of x · CHECK the first 8 hex digits of SHA-256 of all before it and the name, in
 * lower case, one blank between · NAME who keeps it.
 */
const TAG = 'weir-share';
const VERSION = '1';
const KINDS = { x: 'AGE-SECRET-KEY-', pq: 'AGE-SECRET-KEY-PQ-' } as const;
const SECRET_BYTES = 32;
const DATA_DIGITS = 2 * (SECRET_BYTES + 1);
const MAX_SHARES = 16;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u;

type Kind = keyof typeof KINDS;
type Share = {
  need: number;
  count: number;
  kind: Kind;
  set: string;
  print: string;
  data: string;
  name: string;
};

/**
 * Splits an identity among named keepers: one line each, in their order.
 * @throws BackupFault refused where it is no identity, the names are not 2 to 16 different ones, or `need` is not 2 to their number
 */
export async function splitIdentity(
  identity: string,
  { names, need }: { names: readonly string[]; need: number },
): Promise<string[]> {
  const tidy = names.map((name) => name.normalize('NFC').trim().replace(/ +/g, ' '));
  if (
    tidy.length < 2 ||
    tidy.length > MAX_SHARES ||
    new Set(tidy.map((name) => name.toLowerCase())).size < tidy.length
  )
    throw new BackupFault(
      'refused',
      `An identity is split among 2 to ${MAX_SHARES} keepers of different names`,
    );
  for (const name of tidy)
    if (!NAME.test(name)) throw new BackupFault('refused', `${JSON.stringify(name)} is no name for a share`);
  if (!Number.isInteger(need) || need < 2 || need > tidy.length)
    throw new BackupFault('refused', `2 to ${tidy.length} shares can be needed, not ${need}`);
  const { kind, secret } = secretOf(identity);
  const set = randomBytes(4).toString('hex');
  const print = await printOf(identity.trim());
  const parts = await split(secret, tidy.length, need);
  secret.fill(0);
  return tidy.map((name, i) =>
    format({
      need,
      count: tidy.length,
      kind,
      set,
      print,
      data: Buffer.from(parts[i] as Uint8Array).toString('hex'),
      name,
    }),
  );
}

/**
 * Joins shares to the identity they were split from; empty lines are passed over, further shares than needed are too.
 * @throws BackupFault refused: a line is no share or mistyped (named), they are of different splittings, too few, or together make another identity
 */
export async function joinIdentity(lines: readonly string[]): Promise<string> {
  const shares = lines.filter((line) => line.trim() !== '').map(parse);
  const [first] = shares;
  if (!first) throw new BackupFault('refused', 'There is no share');
  for (const { set, print, need, count, kind, name } of shares)
    if (
      set !== first.set ||
      print !== first.print ||
      need !== first.need ||
      count !== first.count ||
      kind !== first.kind
    )
      throw new BackupFault(
        'refused',
        `The share of ${name} is of another splitting than that of ${first.name}; shares of different ones do not join`,
      );
  const different = [...new Map(shares.map((share) => [share.data, share])).values()];
  if (different.length < first.need)
    throw new BackupFault(
      'refused',
      `${first.need} shares are needed, there ${different.length === 1 ? 'is' : 'are'} ${different.length}`,
    );
  let identity: string;
  try {
    const parts = different.slice(0, first.need).map(({ data }) => Uint8Array.from(Buffer.from(data, 'hex')));
    identity = bech32.encode(KINDS[first.kind], bech32.toWords(await combine(parts)), false).toUpperCase();
  } catch (why) {
    throw new BackupFault('refused', 'These shares do not belong together', { cause: why });
  }
  if ((await printOf(identity)) !== first.print)
    throw new BackupFault(
      'refused',
      'Together the shares make another identity: one of them is not what it says',
    );
  return identity;
}

function secretOf(identity: string): { kind: Kind; secret: Uint8Array } {
  try {
    const { prefix, words } = bech32.decode(identity.trim() as `${string}1${string}`, false);
    const kind = (Object.keys(KINDS) as Kind[]).find((each) => KINDS[each] === prefix.toUpperCase());
    const secret = bech32.fromWords(words);
    if (kind && secret.length === SECRET_BYTES) return { kind, secret };
  } catch {
    // As below.
  }
  throw new BackupFault('refused', 'That is no age identity (AGE-SECRET-KEY-…)');
}

async function printOf(identity: string): Promise<string> {
  const recipient = await identityToRecipient(identity);
  return createHash('sha256').update(recipient).digest('hex').slice(0, 16);
}

const head = ({ need, count, kind, set, print }: Share): string =>
  `${TAG} ${VERSION} ${need}/${count} ${kind} ${set} ${print}`;

const checkOf = (share: Share): string =>
  createHash('sha256')
    .update(`${head(share)} ${share.data} ${share.name.toLowerCase()}`)
    .digest('hex')
    .slice(0, 8);

const format = (share: Share): string =>
  `${head(share)} ${(share.data.match(/.{1,8}/g) ?? []).join(' ')} ${checkOf(share)} ${share.name}`;

function parse(line: string): Share {
  const words = line.normalize('NFC').trim().split(/\s+/);
  const [tag, version, of = '', kind = '', set = '', print = ''] = words.map((word) => word.toLowerCase());
  if (tag !== TAG) throw new BackupFault('refused', `${JSON.stringify(line.slice(0, 40))} is no share`);
  if (version !== VERSION) throw new BackupFault('refused', 'The share is of another version of Weir');
  const [need, count] = of.split('/').map(Number);
  const groups = Math.ceil(DATA_DIGITS / 8);
  const share: Share = {
    need: need ?? 0,
    count: count ?? 0,
    kind: kind as Kind,
    set,
    print,
    data: words
      .slice(6, 6 + groups)
      .join('')
      .toLowerCase(),
    name: words.slice(7 + groups).join(' '),
  };
  if (
    checkOf(share) !== words[6 + groups]?.toLowerCase() ||
    share.data.length !== DATA_DIGITS ||
    !/^[0-9a-f]+$/.test(share.data) ||
    !Object.hasOwn(KINDS, kind) ||
    !(share.need >= 2)
  )
    throw new BackupFault(
      'refused',
      `The share of ${share.name || 'somebody'} is mistyped: its checksum is wrong`,
    );
  return share;
}
