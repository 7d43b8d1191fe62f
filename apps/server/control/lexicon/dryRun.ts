import { newId, Problem } from '@weir/kit';
import { timeOfId } from '@weir/ledger';
import type { Engine, Hit, Verdict } from '@weir/text';
import type { Actor, Control } from '../control.ts';
import { lookedAt } from '../looks.ts';
import type { Version } from './version.ts';

/** Messages that one run judges at most: the first of the time asked for. */
const MAX_MESSAGES = 200_000;
/** Samples of each kind, new hits and lost ones. */
const MAX_SAMPLES = 20;
/** Runs that may wait for the one under way. */
const MAX_WAITING = 4;
/** Runs that are remembered. */
const MAX_RUNS = 20;
/** Samples are remembered for so long: shorter than any term of what they show. */
const SAMPLES_MS = 86_400_000;
/** A run works so long in one go and then leaves the process to others for as long. */
const SLICE_MS = 4;

const SPOKEN = new Set(['message.published', 'message.held', 'message.refused']);

export type Sample = { text: string; before: Verdict; after: Verdict; hits: Hit[] };

/** What a version would have done with what was said, beside the version in force. */
export type DryRun = {
  id: string;
  version: number;
  /** The version in force that it is compared with. */
  beside: number;
  hours: number;
  state: 'running' | 'done' | 'failed';
  messages: number;
  /** False where more was said than one run judges. */
  whole: boolean;
  would: Record<Verdict, number>;
  /** Messages that have hits now and had none, and the other way round. */
  newHits: number;
  lostHits: number;
  samples: Sample[];
};

/** Tries versions on the messages of the last hours. One run at a time; each look at what people said is in the `access` log. */
export class DryRuns {
  readonly #control: Control;
  readonly #runs = new Map<string, DryRun>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(control: Control) {
    this.#control = control;
  }

  /** @throws Problem `not_found` */
  get(id: string): DryRun {
    const run = this.#runs.get(id);
    if (!run) throw new Problem('not_found', 'No dry run has this id; the latest 20 are remembered');
    return run;
  }

  /** Forgets runs whose samples of what people said are older than a day; how many. */
  forget(now: number): number {
    let count = 0;
    for (const [id, run] of this.#runs) {
      if (run.state === 'running' || (timeOfId(id) ?? now) > now - SAMPLES_MS) continue;
      this.#runs.delete(id);
      count++;
    }
    return count;
  }

  /** Begins a run, or lets it wait for its turn. @throws Problem `busy`, `database_unavailable` */
  async start(version: Version, hours: number, by: Actor): Promise<DryRun> {
    if (this.#waiting > MAX_WAITING) throw new Problem('busy', 'Other dry runs are under way');
    const { lexicon } = this.#control;
    const run: DryRun = {
      id: newId(),
      version: version.version,
      beside: lexicon.live.version,
      hours,
      state: 'running',
      messages: 0,
      whole: true,
      would: { pass: 0, hold: 0, refuse: 0 },
      newHits: 0,
      lostHits: 0,
      samples: [],
    };
    await lookedAt(this.#control, by, { what: 'dry_run', id: run.id, version: run.version, hours });
    this.#runs.set(run.id, run);
    if (this.#runs.size > MAX_RUNS)
      for (const oldest of this.#runs.keys()) {
        this.#runs.delete(oldest);
        break;
      }
    this.#waiting++;
    this.#last = this.#last.then(() => this.#work(run, version));
    return run;
  }

  close(): void {
    this.#closed = true;
  }

  async #work(run: DryRun, version: Version): Promise<void> {
    const { lexicon, screen, log } = this.#control;
    try {
      const next = screen.engineOf(await lexicon.mill.build(version.hash));
      const now = screen.engineOf(screen.compiled);
      await this.#judge(run, now, next);
      run.state = 'done';
    } catch (why) {
      run.state = 'failed';
      log.error({ err: why, version: version.version }, 'dry run failed');
    } finally {
      this.#waiting--;
    }
  }

  async #judge(run: DryRun, now: Engine, next: Engine): Promise<void> {
    const { ledger, clock } = this.#control;
    const from = clock.now() - run.hours * 3_600_000;
    // A message that was held and then released stands twice in the log.
    const seen = new Set<string>();
    let since = performance.now();
    for await (const { kind, id, ...record } of ledger.search({
      log: 'content',
      from,
      limit: 50 * MAX_MESSAGES,
    })) {
      const text = 'text' in record ? record.text : undefined;
      if (!SPOKEN.has(kind) || typeof id !== 'string' || typeof text !== 'string' || seen.has(id)) continue;
      if (this.#closed) throw new Error('the service is stopping');
      if (seen.size >= MAX_MESSAGES) {
        run.whole = false;
        return;
      }
      seen.add(id);
      count(run, text, now, next);
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise<void>((resolve) => clock.after(SLICE_MS, resolve));
      since = performance.now();
    }
  }
}

function count(run: DryRun, text: string, now: Engine, next: Engine): void {
  const after = next.check(text);
  const before = now.check(text);
  run.messages++;
  run.would[after.verdict]++;
  const gained = after.hits.length > 0 && before.hits.length === 0;
  const lost = after.hits.length === 0 && before.hits.length > 0;
  if (!gained && !lost) return;
  const nth = gained ? ++run.newHits : ++run.lostHits;
  if (nth > MAX_SAMPLES) return;
  run.samples.push({
    text,
    before: before.verdict,
    after: after.verdict,
    hits: [...(gained ? after : before).hits],
  });
}
