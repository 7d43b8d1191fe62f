import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

const MAX_BYTES = 4_096;

/** Reads a password: the first line of stdin, or from the terminal without showing it. */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (!fromStdin && process.stdin.isTTY) {
    process.stderr.write('Password: ');
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
    const answer = await terminal.question('');
    terminal.close();
    process.stderr.write('\n');
    return answer;
  }
  let text = '';
  for await (const part of process.stdin) {
    text += String(part);
    if (text.includes('\n') || text.length > MAX_BYTES) break;
  }
  return text.split('\n')[0] ?? '';
}
