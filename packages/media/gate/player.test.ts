import { tmpdir } from 'node:os';
import { realClock, silentLog } from '@weir/kit';
import { afterEach, expect, test } from 'vitest';
import { Gate, type GateSettings } from './gate.ts';
import { Cinema } from './testing/cinema.ts';
import { type Film, film, Projector } from './testing/film.ts';

const open: GateSettings = { mode: 'open', delayMs: 0 };
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let tidy: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const act of tidy) await act();
  tidy = [];
});

/** A running stream in a running player; `watch` lets it play and holds that it does. */
async function premiere(what: Film) {
  const cinema = new Cinema(what.video ?? true);
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
  const watch = async (ms: number) => {
    const before = await cinema.look();
    await sleep(ms);
    const now = await cinema.look();
    expect(now.errors).toEqual([]);
    expect(now.playedMs - before.playedMs).toBeGreaterThan(ms * 0.5);
    expect(now.soundBytes).toBeGreaterThan(before.soundBytes);
    if (what.video ?? true) expect(now.frames).toBeGreaterThan(before.frames);
    return now;
  };
  return { gate, projector, watch };
}

async function throughAllModes(what: Film): Promise<Awaited<ReturnType<Cinema['look']>>> {
  const { gate, projector, watch } = await premiere(what);
  await sleep(1500);
  const { latencyMs } = await watch(1500);
  gate.set({ mode: 'delay', delayMs: 3000 });
  await watch(5500);
  gate.set(open);
  await sleep(1500);
  expect((await watch(1000)).latencyMs).toBeLessThan(latencyMs + 1500);
  gate.set({ mode: 'closed', delayMs: 0 });
  await watch(2000);
  gate.set(open);
  await watch(2000);
  gate.set({ mode: 'review', delayMs: 0 });
  await watch(5500);
  gate.release(gate.desk().findLast((stretch) => stretch.state === 'held')?.id ?? '');
  await watch(2000);
  gate.set(open);
  await watch(2500);
  projector.stop();
  gate.sourceLost();
  await watch(1500);
  gate.sourceBack();
  projector.start();
  return watch(2000);
}

test('a page keeps playing through every mode, a release and a reconnect', async () => {
  const last = await throughAllModes({ gop: 25 });
  // Slate and picture took turns: delay, closed, review, after the release or on opening, lost.
  expect(last.sizes.filter((size) => size === '640x360').length).toBeGreaterThanOrEqual(4);
  expect(last.sizes.at(-1)).toBe('320x180');
}, 60_000);

test('so does one that has sound alone', async () => {
  await throughAllModes({ video: false });
}, 60_000);

test('a player outlives slates between pictures of which each could begin a sequence', async () => {
  const { gate, watch } = await premiere({ gop: 1, size: '180x320' });
  await sleep(1000);
  for (let n = 0; n < 6; n++) {
    gate.set({ mode: 'closed', delayMs: 0 });
    await sleep(330 + n * 70);
    gate.set(open);
    await sleep(500);
  }
  expect((await watch(1500)).sizes).toContain('360x640');
}, 60_000);
