import { createWriteStream } from 'node:fs';
import { get } from 'node:http';

/**
 * A viewer in a process of its own, so that what a certificate says is held against a clock read by somebody else:
 * reads `URL` into `FILE` and prints one line, wall ms of the last byte and how it ended, when that is known.
 */
const [url, file] = process.argv.slice(2);
if (!url || !file) throw new Error('usage: witness.child.ts URL FILE');
const out = createWriteStream(file);
let lastAt = 0;
let told = false;
const tell = (fate: string): void => {
  if (told) return;
  told = true;
  out.end(() => console.log(JSON.stringify({ lastAt, fate })));
};
get(url, (response) => {
  response.on('data', (bytes: Buffer) => {
    lastAt = Date.now();
    out.write(bytes);
  });
  response.on('end', () => tell('end'));
  response.on('error', (why: NodeJS.ErrnoException) => tell(why.code ?? why.message));
}).on('error', (why: NodeJS.ErrnoException) => tell(why.code ?? why.message));
