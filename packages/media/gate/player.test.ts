import { tmpdir } from 'node:os';
import { realClock, silentLog } from '@weir/kit';
import { afterEach, expect, test } from 'vitest';
import { Gate, type GateSettings } from './gate.ts';
import { Cinema } from './testing/cinema.ts';
import { type Film, film, Projector } from './testing/film.ts';

const open: GateSettings = { mode: 'open', delayMs: 0 };
const [PICTURE, SLATE] = ['320x180', '640x360'];
/** How long a step of a player may take on a busy machine; a player that has died never takes it. */
const PATIENCE_MS = 25_000;
type Seen = Awaited<ReturnType<Cinema['look']>>;
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let tidy: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const act of tidy) await act();
  tidy = [];
});

/** A running stream in a running player; `plays` lets it play and holds that it does. */
async function premiere(what: Film) {
  const pictures = what.video ?? true;
  const cinema = new Cinema(pictures);
  const gate = new Gate({
    ...{ clock: realClock, outlet: cinema, settings: open, log: silentLog },
    ...{ spillDir: tmpdir(), memoryBytes: 32 << 20, spillBytes: 0 },
  });
  const projector = new Projector(realClock, film(what), (packet) => gate.push(packet));
  await cinema.open();
  tidy.push(
    async () => projector.stop(),
    () => gate.close(),
    () => cinema.close(),
  );
  projector.start();
  /** Looks until `holds`; a player that has died is found at once. */
  const until = async (holds: (now: Seen) => boolean): Promise<Seen> => {
    let now = await cinema.look();
    for (const from = realClock.mono(); !holds(now); now = await cinema.look()) {
      if (now.errors.length > 0 || realClock.mono() - from > PATIENCE_MS)
        throw new Error(`the player stands: ${JSON.stringify(now)}`);
      await sleep(50);
    }
    return now;
  };
  /** Plays on by `ms` of media, with sound, and with pictures where there are any. */
  const plays = async (ms: number): Promise<Seen> => {
    const before = await cinema.look();
    return until(
      (now) =>
        now.playedMs >= before.playedMs + ms &&
        now.soundBytes > before.soundBytes &&
        (!pictures || now.frames > before.frames),
    );
  };
  /** Plays on until the picture has this size; where there is sound alone, until what is sent now is heard. */
  const shows = async (size: string): Promise<Seen> => {
    const sentMs = cinema.lastAt;
    await until((now) => (pictures ? now.sizes.at(-1) === size : now.playedMs >= sentMs));
    return plays(500);
  };
  return { gate, projector, until, plays, shows };
}

async function throughAllModes(what: Film): Promise<void> {
  const { gate, projector, until, plays, shows } = await premiere(what);
  await shows(PICTURE);
  const { latencyMs } = await plays(1000);
  gate.set({ mode: 'delay', delayMs: 2000 });
  await shows(SLATE);
  await shows(PICTURE);
  gate.set(open);
  // What was held is dropped: flushed, it would leave the player behind for good.
  await until((now) => now.latencyMs < latencyMs + 1000);
  gate.set({ mode: 'closed', delayMs: 0 });
  await shows(SLATE);
  gate.set(open);
  await shows(PICTURE);
  gate.set({ mode: 'review', delayMs: 0 });
  await shows(SLATE);
  const held = () => gate.desk().findLast((stretch) => stretch.state === 'held');
  await until(() => held() !== undefined);
  gate.release(held()?.id ?? '');
  await shows(PICTURE);
  gate.set(open);
  await plays(1000);
  projector.stop();
  gate.sourceLost();
  await shows(SLATE);
  gate.sourceBack();
  projector.start();
  await shows(PICTURE);
}

test('a page keeps playing through every mode, a release and a reconnect', async () => {
  await throughAllModes({ gop: 25 });
}, 300_000);

test('so does one that has sound alone', async () => {
  await throughAllModes({ video: false });
}, 300_000);

test('a player outlives slates between pictures of which each could begin a sequence', async () => {
  const { gate, plays, shows } = await premiere({ gop: 1, size: '180x320' });
  await plays(500);
  for (let n = 0; n < 6; n++) {
    gate.set({ mode: 'closed', delayMs: 0 });
    await sleep(330 + n * 70);
    gate.set(open);
    await sleep(400);
  }
  expect((await shows('180x320')).sizes).toContain('360x640');
}, 300_000);
