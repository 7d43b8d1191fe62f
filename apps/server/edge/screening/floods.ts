import type { Clock } from '@weir/kit';
import { timeOfId } from '@weir/ledger/ids.ts';
import type { Flood } from '@weir/text';
import type { Step } from './pipeline.ts';

const CATEGORY = 'flood';
const MACHINE = 'flood_machine';

/**
 * Floods: slowed down, held for a person, muted for a term. Who is muted is told so, and until when; what a machine says
 * nobody else sees, and it is told so when the term is over. What its words come to is another step's matter.
 */
export function floodsStep(flood: Flood, clock: Clock): Step {
  return ({ room, user, text, address }) => {
    const at = clock.mono();
    const now = clock.now();
    const base = { category: CATEGORY, hits: [], trace: [] };
    const mutedMs = flood.mutedMs(user.id, at);
    if (mutedMs > 0)
      return {
        ...base,
        verdict: 'mute',
        momentary: 'muted',
        until: now + mutedMs,
        waitMs: Math.ceil(mutedMs),
      };
    // An account's id has the time of its making.
    const made = timeOfId(user.id);
    const accountMs = made === undefined ? undefined : now - made;
    const { grade, rule, waitMs } = flood.read({ room, person: user.id, address, text, at, accountMs });
    if (grade === 'pass') return undefined;
    if (grade === 'slow') return { ...base, verdict: 'refuse', momentary: 'slow', waitMs };
    if (grade === 'machine') {
      const trace = [{ step: 'flood', rule, verdict: 'alone' as const }];
      return { ...base, verdict: 'alone', category: MACHINE, trace, until: now + waitMs };
    }
    const trace = [{ step: 'flood', rule, verdict: grade }];
    return grade === 'hold'
      ? { ...base, verdict: 'hold', trace }
      : { ...base, verdict: 'mute', trace, until: now + waitMs, waitMs };
  };
}
