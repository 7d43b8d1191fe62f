import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { LexiconOrder } from '../../wire.ts';
import type { Stage } from './stage.ts';

/**
 * Waits until the edge screens by what the service says is in force. It compiles behind everything else that the machine
 * does, and an order is answered without it where that takes long.
 * @param token of somebody who may read the lexicon
 */
export async function followed(stage: Stage, token: string): Promise<void> {
  const [lexicon, thresholds] = await Promise.all([
    stage.call(token, 'GET', '/api/lexicon'),
    stage.call(token, 'GET', '/api/thresholds'),
  ]);
  const { live, shadow } = lexicon.body;
  const path = join(stage.dataDir, 'edge', 'lexicon', 'order.json');
  const inForce = (): unknown[] => {
    if (!existsSync(path)) return [];
    const order = JSON.parse(readFileSync(path, 'utf8')) as LexiconOrder;
    return [order.live.version, order.shadow?.version, order.thresholds?.version];
  };
  const wanted = [live.version, shadow?.version, thresholds.body.live.version];
  await vi.waitFor(() => expect(inForce()).toEqual(wanted), { timeout: 150_000, interval: 50 });
}
