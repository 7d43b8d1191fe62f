import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordClass } from '@weir/ledger';
import type { GateMode, GatePair, GateSetting } from '../wire.ts';
import type { Broadcast, GateOrder } from './broadcast.ts';

type Label = { 'zh-CN': string; en: string };
type PolicyGate = { mode: GateMode; delayMs?: number };
export type Category = {
  code: string;
  label: Label;
  media: PolicyGate;
  messages: PolicyGate;
  /** The class that its broadcasts are kept as, where it is not their own (policies/retention.json). */
  retention?: RecordClass;
};
export type Reason = { code: string; label: Label; clause?: string };
/** The shipped policy: what a category's gates are, and the public reasons a person may give. */
export type Policy = {
  categories: ReadonlyMap<string, Category>;
  reasons: ReadonlyMap<string, Reason>;
  /** Which versions of the files stood when something was decided under them, e.g. `categories@1 reasons@1`. */
  version: string;
  /** What closes every gate whatever else holds: the service came back from a backup and nobody has opened it yet. */
  standing?: 'restored' | undefined;
};

const FOLDER = fileURLToPath(new URL('../../../policies', import.meta.url));

/** Default delay of a `delay` gate, ms (DOORS.md, "HTTP"). */
export const DEFAULT_DELAY_MS = 8_000;

/** @throws Error where a file is missing, or `chat` or `other` is: both are fixed for outsiders */
export function readPolicy(folder = FOLDER): Policy {
  const versions: string[] = [];
  const read = <T extends { code: string }>(name: string): ReadonlyMap<string, T> => {
    const { version, items } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      version: number;
      items: T[];
    };
    versions.push(`${name.replace('.json', '')}@${version}`);
    return new Map(items.map((item) => [item.code, item]));
  };
  const policy: Policy = {
    categories: read<Category>('categories.json'),
    reasons: read<Reason>('reasons.json'),
    version: '',
  };
  // Known once both are read.
  policy.version = versions.join(' ');
  if (!policy.categories.has('chat')) throw new Error('policies/categories.json lacks the category chat');
  if (!policy.reasons.has('other')) throw new Error('policies/reasons.json lacks the reason other');
  return policy;
}

const STRICTNESS: Record<GateMode, number> = { open: 0, delay: 1, review: 2, closed: 3 };

/** The stricter of two settings: open < delay < review < closed, a longer delay is stricter; the first on a tie. */
export function stricter(a: GateSetting, b: GateSetting): GateSetting {
  const difference = STRICTNESS[b.mode] - STRICTNESS[a.mode] || b.delayMs - a.delayMs;
  return difference > 0 ? b : a;
}

const setting = (mode: GateMode, delayMs: number | undefined, rule: string): GateSetting => ({
  mode,
  delayMs: mode === 'delay' ? (delayMs ?? DEFAULT_DELAY_MS) : 0,
  rule,
});

function gate(policy: PolicyGate, category: string, order: GateOrder | undefined): GateSetting {
  const byPolicy = setting(policy.mode, policy.delayMs, `category:${category}`);
  return order ? stricter(byPolicy, setting(order.mode, order.delayMs, 'order')) : byPolicy;
}

const UNKNOWN: PolicyGate = { mode: 'review' };

/**
 * The gates of a broadcast: the strictest of its category's policy and a person's order, with the rule that
 * decided. A category that policy no longer knows is reviewed.
 */
export function gateOf(broadcast: Broadcast, policy: Policy): GatePair {
  const category = policy.categories.get(broadcast.category);
  const media = gate(category?.media ?? UNKNOWN, broadcast.category, broadcast.orders.media);
  const messages = gate(category?.messages ?? UNKNOWN, broadcast.category, broadcast.orders.messages);
  if (policy.standing) {
    const standing = setting('closed', undefined, policy.standing);
    return { media: standing, messages: standing };
  }
  const closed = setting('closed', undefined, 'rehearsal');
  return { media: broadcast.rehearsal ? stricter(media, closed) : media, messages };
}

/** What policy alone says, before anybody's order: what is in force once every order is withdrawn. */
export function policyOf(broadcast: Broadcast, policy: Policy): GatePair {
  return gateOf({ ...broadcast, orders: {} }, policy);
}
