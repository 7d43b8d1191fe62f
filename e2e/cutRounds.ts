import { vi } from 'vitest';
import { type Client, createBroadcast, type Play } from './client.ts';
import { publish } from './encoder.ts';
import { read } from './viewer.ts';

/** The bars of a cut, ms after the order: the last byte written to a viewer, the last viewer's connection reset. */
export const CUT_BARS = { write: 15, reset: 30 };
/** How long a round took, ms: by the certificate, and from asking to the answer's last byte. */
export type CutRound = { write: number; reset: number; answer: number };

const VIEWERS = 3;
const DECIDED = { timeout: 60_000, interval: 50 };

/**
 * Publishes sound with three viewers and cuts it off, so many times. Every viewer is reset and the encoder is sent
 * away, or it throws. `during` runs beside the viewers' reading, before each order.
 */
export async function cutRounds(
  people: { publisher: Client; reviewer: Client },
  rounds: number,
  during: () => Promise<void> = async () => {},
): Promise<CutRound[]> {
  const { publisher, reviewer } = people;
  const times: CutRound[] = [];
  for (let round = 0; round < rounds; round++) {
    const { id, ingest } = await createBroadcast(publisher);
    const audio = publish(`${ingest.url}/${ingest.key}`, { audioOnly: true });
    const flv = async (): Promise<string> => (await publisher.post<Play>(`/api/broadcasts/${id}/play`)).flv;
    const readers = await Promise.all(Array.from({ length: VIEWERS }, async () => read(await flv())));
    const until = (holds: () => boolean): Promise<true> =>
      vi.waitUntil(() => holds() || undefined, DECIDED) as Promise<true>;
    await until(() => readers.every((reader) => reader.bytes() > 5_000));
    await during();
    const askedAt = performance.now();
    const certificate = await reviewer.post<Record<string, string>>(`/api/broadcasts/${id}/cut-off`, {
      reason: 'other',
    });
    const answer = performance.now() - askedAt;
    if (certificate['state'] !== 'final' || Number(certificate['viewersCut']) !== VIEWERS)
      throw new Error(`cut is not final: ${JSON.stringify(certificate)}`);
    const orderedAt = Date.parse(certificate['orderedAt'] ?? '');
    const after = (name: string): number => Date.parse(certificate[name] ?? '') - orderedAt;
    times.push({ write: after('lastWriteAt'), reset: after('lastResetAt'), answer });
    await until(() => readers.every((reader) => reader.ended()));
    if ((await audio.ended).code === 0) throw new Error('the encoder was not sent away');
  }
  return times;
}

/** The middle one: one round may meet another tenant of the machine. */
export const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
