/** For the kill test: makes and destroys keys without end, and says of each before and after. */
import { readKek } from './kek.ts';
import { SlotFile } from './slots.ts';

const [path = '', kek = '', run = ''] = process.argv.slice(2);
const slots = new SlotFile(path, readKek(kek));
for (let i = 0; ; i++) {
  const label = `content run-${run}-${i}`;
  slots.make(label);
  process.stdout.write(`made ${label}\n`);
  slots.destroy(label);
  process.stdout.write(`gone ${label}\n`);
}
