import { newId, readConfig, realClock, silentLog } from '@weir/kit';
import { clean, pointsIn } from '@weir/rooms/screen.ts';
import { Screening } from '@weir/server/edge/screening/screening.ts';
import { TextScreen } from '@weir/server/screen.ts';
import { sized } from '../size.ts';
import { MESSAGES, messages } from './load.ts';

/** CPU of the whole screen, in per cent of a core. */
export type Share = { percent: number };

const PER_SECOND = 5_000;
const ROOMS = 50;
const PEOPLE = 5_000;
const TURN_MS = 2;
/** Messages before the measured ones: what is remembered of persons, rooms and groups is then as full as it gets. */
const BEFORE = sized(120_000, 2_000);

/**
 * A process that screens 5,000 messages a second as an edge does: cleaned, then mutes, floods, lexicon, words of the
 * room, and over messages. `{seconds}` asks for a run.
 */
const texts = messages(MESSAGES, ['夜莺套餐', '橙海贷']);
const { screen } = new Screening({
  screen: TextScreen.shipped(silentLog),
  config: readConfig({}),
  clock: realClock,
  talkOf: () => undefined,
});
let sent = 0;

function say(): void {
  const text = clean(texts[sent % texts.length] as string);
  const id = `p${sent % PEOPLE}`;
  if (pointsIn(text) > 0)
    screen({
      room: `r${sent % ROOMS}`,
      id: newId(),
      user: { id, nickname: id },
      text,
      address: `10.0.${sent % 250}.1`,
    });
  sent++;
}

async function run(seconds: number, judge: boolean): Promise<number> {
  const before = process.cpuUsage();
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < seconds * 1_000) {
    const due = Math.floor(((performance.now() - began) * PER_SECOND) / 1_000);
    for (; count < due; count++) if (judge) say();
    await new Promise((turn) => setTimeout(turn, TURN_MS));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10 / (performance.now() - began);
}

process.on('message', async ({ seconds }: { seconds: number }) => {
  for (let k = 0; k < BEFORE; k++) say();
  await run(1, true);
  // What pacing itself costs is no part of the screen.
  const bare = await run(seconds / 4, false);
  process.send?.({ percent: (await run(seconds, true)) - bare } satisfies Share);
});
process.send?.({});
process.on('disconnect', () => process.exit());
