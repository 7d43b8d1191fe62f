import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { realClock, SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, describe, expect, it } from 'vitest';
import { Ledger } from '../ledger.ts';
import { fresh, published } from '../testing/store.ts';
import { checkpointText } from '../tree/checkpoint.ts';
import { Frontier } from '../tree/frontier.ts';
import { fromBase64, parseNote, signerOf } from '../tree/note.ts';
import { consistencyProof } from '../tree/proof.ts';
import { readSigner } from '../tree/signer.ts';
import { hashesOf, tilePath } from '../tree/tile.ts';
import { verifyStore } from '../verify/verify.ts';
import { Cosigner, openCosignature, witnessOf } from './cosignature.ts';
import { proposalText } from './proposal.ts';
import { type RunningWitness, runWitness } from './server.ts';
import type { WitnessPlace } from './submit.ts';

const running: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.close();
});

const pkcs8 = (): Buffer =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });

async function witnessFor(logs: string[], { dir = fresh(), port = 0 } = {}): Promise<RunningWitness> {
  const options = { dir, logs, name: 'witness.example/w1', host: '127.0.0.1', port };
  const witness = await runWitness({ ...options, clock: realClock, log: silentLog });
  running.push(witness);
  return witness;
}
const placeOf = ({ vkey, port }: RunningWitness): WitnessPlace => ({
  url: `http://127.0.0.1:${port}`,
  witness: witnessOf(vkey),
});

/** Opens a store; `vkeys` are those of its logs. */
async function storeOf(
  dir: string,
  witnesses: WitnessPlace[],
  clock = new SimulatedClock(),
): Promise<Ledger> {
  const ledger = await Ledger.open({ dir, clock, log: silentLog, witnesses });
  running.push(ledger);
  return ledger;
}
const closed = async (ledger: Ledger): Promise<void> => {
  running.splice(running.indexOf(ledger), 1);
  await ledger.close();
};
const vkeyOf = (dir: string): string => readFileSync(join(dir, 'content', 'vkey'), 'utf8').trim();
const checkpointOf = (dir: string): string => readFileSync(join(dir, 'content', 'checkpoint'), 'utf8');
const reportOf = async (dir: string, witnesses: string[] = []) =>
  (await verifyStore({ dir, logs: ['content'], witnesses }))[0];

/** A log of its own, grown leaf by leaf, and what it would send. */
class Grown {
  readonly signer = signerOf('log.example/a', pkcs8());
  readonly #frontier = new Frontier();
  readonly #files = new Map<string, Buffer>();
  readonly #salt: string;
  constructor(salt = '') {
    this.#salt = salt;
  }
  to(size: number): this {
    while (this.#frontier.size < size) {
      const entry = Buffer.from(`${this.#frontier.size < 3 ? '' : this.#salt}${this.#frontier.size}`);
      for (const { path, bytes } of this.#frontier.add(entry)) this.#files.set(path, bytes);
      for (const { path, bytes } of this.#frontier.partial()) this.#files.set(path, bytes);
    }
    return this;
  }
  note(signer = this.signer): string {
    const text = checkpointText({
      origin: signer.name,
      size: this.#frontier.size,
      root: this.#frontier.root(),
    });
    return `${text}\n${signer.sign(text)}`;
  }
  proof(old: number): Promise<Buffer[]> {
    return consistencyProof(old, this.#frontier.size, async (tile) =>
      hashesOf(this.#files.get(tilePath(tile)) as Buffer),
    );
  }
  async proposal(old: number, signer = this.signer): Promise<string> {
    return proposalText({ old, proof: old > 0 ? await this.proof(old) : [], note: this.note(signer) });
  }
}

const put = async (witness: RunningWitness, body: string) => {
  const response = await fetch(`http://127.0.0.1:${witness.port}/add-checkpoint`, { method: 'POST', body });
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: await response.text() };
};

describe('a witness', () => {
  it('cosigns what goes on from what it saw, and nothing else, over a restart', async () => {
    const log = new Grown().to(3);
    const dir = fresh();
    const witness = await witnessFor([log.signer.vkey], { dir });
    expect(await put(witness, await log.proposal(1))).toMatchObject({ status: 409, body: '0\n' });
    const first = await put(witness, await log.proposal(0));
    const { text } = parseNote(log.note());
    const [signature] = parseNote(`${log.note()}${first.body}`).signatures.slice(1);
    const { at, name } = openCosignature(text, signature as never, witnessOf(witness.vkey));
    expect([first.status, name]).toEqual([200, 'witness.example/w1']);
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
    // Once more the same: it says when it is now.
    expect((await put(witness, await log.proposal(3))).status).toBe(200);
    log.to(7);
    expect(await put(witness, await log.proposal(2))).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '3\n',
    });
    expect((await put(witness, await log.proposal(3))).status).toBe(200);

    running.splice(0);
    await witness.close();
    const again = await witnessFor([log.signer.vkey], { dir });
    expect(again.vkey).toBe(witness.vkey);
    // An old checkpoint replayed, from nothing and from where it stands.
    const old = new Grown().to(3);
    expect(await put(again, await old.proposal(0, log.signer))).toMatchObject({ status: 409, body: '7\n' });
    expect((await put(again, proposalText({ old: 7, proof: [], note: old.note(log.signer) }))).status).toBe(
      400,
    );
    // A forked log: the same beginning, other leaves; at the same size and above it.
    const forked = new Grown('other ').to(7);
    expect(await put(again, await forked.proposal(7, log.signer))).toMatchObject({
      status: 409,
      body: '7\n',
    });
    forked.to(9);
    expect((await put(again, await forked.proposal(7, log.signer))).status).toBe(422);
    log.to(300);
    expect((await put(again, await log.proposal(7))).status).toBe(200);
  });

  it('refuses strangers, bent proofs and bodies that are none', async () => {
    const log = new Grown().to(4);
    const witness = await witnessFor([log.signer.vkey]);
    const stranger = signerOf('log.example/b', pkcs8());
    expect((await put(witness, await log.proposal(0, stranger))).status).toBe(404);
    const liar = signerOf(log.signer.name, pkcs8());
    expect((await put(witness, await log.proposal(0, liar))).status).toBe(403);
    const proof = [Buffer.alloc(32)];
    expect((await put(witness, proposalText({ old: 0, proof, note: log.note() }))).status).toBe(422);
    expect((await put(witness, await log.proposal(0))).status).toBe(200);
    expect((await put(witness, proposalText({ old: 4, proof, note: log.note() }))).status).toBe(422);
    const good = await log.to(9).proposal(4);
    const bent = [
      '',
      good.replace('old 4', 'old 04'),
      good.replace('old 4', 'old -4'),
      good.replace('old 4', 'size 4'),
      good.replace('\n', '\nAAAA\n'),
      good.replace('\n', `\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}`),
      good.slice(0, -1),
      good.replace('\n\n', '\n'),
      good.replace('\n9\n', '\n09\n'),
    ];
    for (const one of bent) expect((await put(witness, one)).status, one).toBe(400);
    expect((await put(witness, 'x'.repeat(20_000))).status).toBe(413);
    expect((await put(witness, good)).status).toBe(200);
    const get = await fetch(`http://127.0.0.1:${witness.port}/add-checkpoint`);
    expect(get.status).toBe(404);
  });

  it('slows down who asks too often, and remembers nothing of it', async () => {
    const log = new Grown().to(3);
    const witness = await witnessFor([log.signer.vkey]);
    const body = await log.proposal(0);
    const again = await log.proposal(3);
    const answers = [await put(witness, body)];
    for (let i = 0; i < 40; i++) answers.push(await put(witness, again));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    await expect.poll(async () => (await put(witness, again)).status, { timeout: 60_000 }).toBe(200);
  });

  it('has one process to a directory, and one name', async () => {
    const dir = fresh();
    const witness = await witnessFor([new Grown().signer.vkey], { dir });
    await expect(witnessFor([], { dir })).rejects.toThrow(/one writer/);
    running.splice(0);
    await witness.close();
    const options = { dir, logs: [], host: '127.0.0.1', port: 0, clock: realClock, log: silentLog };
    await expect(runWitness({ ...options, name: 'other' })).rejects.toThrow(/is called witness.example/);
    await expect(runWitness({ ...options, dir: fresh(), name: 'two words' })).rejects.toThrow(/cannot name/);
  });
});

describe('a store with a witness', () => {
  /** A store that was opened once, so that a witness can be told its keys, and a witness for it. */
  async function pair(): Promise<{ dir: string; witness: RunningWitness; memory: string }> {
    const dir = fresh();
    await closed(await storeOf(dir, []));
    const memory = fresh();
    return { dir, memory, witness: await witnessFor([vkeyOf(dir)], { dir: memory }) };
  }
  /** Appends one message and has it signed. */
  async function grow(ledger: Ledger, clock: SimulatedClock, offset: number, text = 'x'): Promise<void> {
    await ledger.append([published(offset, { text })]);
    clock.advance(1_001);
    await ledger.sign();
  }

  it('shows checkpoints with its cosignature, and holds for whoever names that witness', async () => {
    const { dir, witness } = await pair();
    const clock = new SimulatedClock();
    const ledger = await storeOf(dir, [placeOf(witness)], clock);
    for (let offset = 1; offset <= 5; offset++) {
      await grow(ledger, clock, offset);
      await expect.poll(() => ledger.witnesses('content').cosigned.length).toBe(1);
    }
    await closed(ledger);
    expect(await reportOf(dir)).toMatchObject({
      witnessed: true,
      cosigned: [{ name: 'witness.example/w1' }],
    });
    expect(await reportOf(dir, [witness.vkey])).toMatchObject({ witnessed: true });
    const other = new Cosigner('other.example', pkcs8());
    expect(await reportOf(dir, [other.vkey])).toMatchObject({ witnessed: false });
    expect(await reportOf(dir, [witness.vkey, other.vkey])).toMatchObject({ witnessed: false });
    // Over a restart without news the cosignature stays.
    const before = checkpointOf(dir);
    running.splice(0);
    await witness.close();
    await closed(await storeOf(dir, [placeOf(witness)]));
    expect(checkpointOf(dir)).toBe(before);
  });

  it('proves at once what was signed, while an earlier checkpoint still is with a witness', async () => {
    const { dir } = await pair();
    let slow = 0;
    const server = createServer((request, response) => {
      request.resume();
      slow++;
      setTimeout(() => response.writeHead(503).end(), 200);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    running.push({ close: async () => server.close() });
    const { port } = server.address() as AddressInfo;
    const place = placeOf({ vkey: new Cosigner('slow.example', pkcs8()).vkey, port } as RunningWitness);
    const ledger = await storeOf(dir, [place]);
    await ledger.append([published(1)]);
    const first = ledger.sign();
    await expect.poll(() => slow).toBe(1);
    await ledger.append([published(2)]);
    await ledger.sign();
    expect((await ledger.prove('content', [2])).blocks).toHaveLength(1);
    await first;
  });

  it('has no cosignature that was bent, that is of nobody, or that it made itself', async () => {
    const { dir, witness } = await pair();
    const clock = new SimulatedClock();
    const ledger = await storeOf(dir, [placeOf(witness)], clock);
    await grow(ledger, clock, 1);
    await closed(ledger);
    const path = join(dir, 'content', 'checkpoint');
    const note = checkpointOf(dir);
    const line = note.slice(note.lastIndexOf('— '));
    const [, , base64 = ''] = line.trim().split(' ');
    for (const at of [3, 11, 40]) {
      const bytes = fromBase64(base64);
      bytes[at] = (bytes[at] as number) ^ 1;
      writeFileSync(path, note.replace(base64, bytes.toString('base64')));
      expect((await reportOf(dir))?.fault, `byte ${at}`).toMatch(/does not hold|whom nobody named/);
    }
    writeFileSync(path, note + line);
    expect((await reportOf(dir))?.fault).toMatch(/two signatures/);
    writeFileSync(path, note.slice(0, -line.length));
    expect(await reportOf(dir, [witness.vkey])).toMatchObject({ witnessed: false });

    const { text } = parseNote(note);
    const own = JSON.parse(readFileSync(join(dir, 'content', 'signer'), 'utf8')) as { key: string };
    const self = new Cosigner('witness.example/self', fromBase64(own.key));
    writeFileSync(path, note.slice(0, -line.length) + self.cosign(text, 1_800_000_000));
    await expect(reportOf(dir, [self.vkey])).rejects.toThrow(/nobody is their own witness/);
    await expect(reportOf(dir, [(await readSigner(join(dir, 'content'))).vkey])).rejects.toThrow(/type 4/);
    writeFileSync(join(dir, 'witnesses'), `${self.vkey}\n`);
    await expect(reportOf(dir)).rejects.toThrow(/nobody is their own witness/);
  });

  it('goes on without a witness that is away or never answers, and is cosigned when it is back', async () => {
    const { dir, witness, memory } = await pair();
    running.splice(0);
    await witness.close();
    const clock = new SimulatedClock();
    // Somebody takes its place and never answers.
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const ledger = await storeOf(dir, [{ ...placeOf(witness), url: `http://127.0.0.1:${port}` }], clock);
    await grow(ledger, clock, 1);
    // Not one of these waits for it.
    for (let offset = 2; offset <= 50; offset++) await ledger.append([published(offset)]);
    expect(ledger.offset('r')).toBe(50);
    await expect.poll(() => checkpointOf(dir).split('\n— ').length, { timeout: 60_000 }).toBe(2);
    mute.closeAllConnections();
    await new Promise((resolve) => mute.close(resolve));
    await grow(ledger, clock, 51);
    await witnessFor([vkeyOf(dir)], { dir: memory, port });
    await expect
      .poll(
        async () => {
          clock.advance(10_000);
          await ledger.sign();
          return ledger.witnesses('content').cosigned.length;
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await closed(ledger);
    expect(await reportOf(dir, [witness.vkey])).toMatchObject({ witnessed: true, checked: 51 });
  });

  it('that was set back, forked or written twice is refused, and holds as unwitnessed', async () => {
    const { dir, witness } = await pair();
    const clock = new SimulatedClock();
    const ledger = await storeOf(dir, [placeOf(witness)], clock);
    await grow(ledger, clock, 1);
    await closed(ledger);
    const old = fresh();
    cpSync(dir, old, { recursive: true });
    const more = await storeOf(dir, [placeOf(witness)], clock);
    await grow(more, clock, 2);
    await grow(more, clock, 3);
    await closed(more);
    expect(await reportOf(dir, [witness.vkey])).toMatchObject({ witnessed: true });

    // The copy goes on otherwise from where it was: smaller than what the witness saw, then another tree of that size, then above.
    const fork = await storeOf(old, [placeOf(witness)], clock);
    for (const [offset, why] of [
      [2, /set back/],
      [3, /another root/],
      [4, /does not go on/],
    ] as const) {
      await grow(fork, clock, offset, 'other');
      await expect
        .poll(
          async () => {
            clock.advance(10_000);
            await fork.sign();
            return fork.witnesses('content').refusals[0]?.why;
          },
          { timeout: 60_000 },
        )
        .toMatch(why);
    }
    await closed(fork);
    expect(await reportOf(old, [witness.vkey])).toMatchObject({ witnessed: false, size: 4 });
    expect((await reportOf(old, [witness.vkey]))?.fault).toBeUndefined();
    // With the records cut away the writer itself refuses.
    const cut = fresh();
    cpSync(dir, cut, { recursive: true });
    rmSync(join(cut, 'content', 'head'));
    await expect(storeOf(cut, [placeOf(witness)])).rejects.toThrow(/would fork/);
  });
});
