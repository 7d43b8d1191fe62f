import { MESSAGES, messages, terms } from './load.ts';
import type { MakeSide } from './side.ts';

/** What a searching child says first, and answers to `time`. */
export type Ready = { finds: 'all' | 'some'; found: string[] };
export type Timed = { usPerMessage: number };

/** Messages that are held against what the others find. */
const CHECKED = 20_000;
/** Messages between two looks at the clock. */
const STRIDE = 500;

/** A process that searches: `[file of a side, number of terms]`. */
const [file = '', count = '0'] = process.argv.slice(2);
const { make } = (await import(new URL(file, import.meta.url).href)) as { make: MakeSide };
const listed = terms(Number(count));
const texts = messages(MESSAGES, listed);
const side = make(listed);

const found = texts.slice(0, CHECKED).map((text) => [...new Set(side.find(text))].sort().join('\n'));
process.send?.({ finds: side.finds, found } satisfies Ready);

let at = 0;
process.on('message', ({ seconds }: { seconds: number }) => {
  const before = process.cpuUsage();
  const until = performance.now() + seconds * 1_000;
  let asked = 0;
  while (performance.now() < until) {
    for (let k = 0; k < STRIDE; k++) {
      side.find(texts[at] as string);
      at = at + 1 === texts.length ? 0 : at + 1;
    }
    asked += STRIDE;
  }
  const { user, system } = process.cpuUsage(before);
  process.send?.({ usPerMessage: (user + system) / asked } satisfies Timed);
});
process.on('disconnect', () => process.exit());
