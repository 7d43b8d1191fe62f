import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['kit', 'text', 'ledger'];
const fresh = (): string => mkdtempSync(join(tmpdir(), 'weir-pack-'));

/**
 * The packages in a checkout of their own: packing writes a package.json for a moment, which tests beside this one must
 * not see.
 */
function checkout(): string {
  const dir = fresh();
  for (const name of ['bin', 'LICENSE', 'NOTICE', 'tsconfig.json', 'package.json'])
    cpSync(join(root, name), join(dir, name), { recursive: true });
  mkdirSync(join(dir, 'node_modules', '@weir'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@weir') symlinkSync(join(root, 'node_modules', name), join(dir, 'node_modules', name));
  for (const name of PACKAGES) {
    const from = join(root, 'packages', name);
    const to = join(dir, 'packages', name);
    const nested = join(from, 'node_modules');
    cpSync(from, to, { recursive: true, filter: (path) => path !== nested });
    if (existsSync(nested)) symlinkSync(nested, join(to, 'node_modules'));
    symlinkSync(to, join(dir, 'node_modules', '@weir', name));
  }
  return dir;
}

/** The pinned Node, and another that the machine has. */
function nodes(): string[] {
  const versionOf = (node: string): string => execFileSync(node, ['--version'], { encoding: 'utf8' });
  const found = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'node'));
  const own = versionOf(process.execPath);
  const other = found.find((node) => existsSync(node) && versionOf(node) !== own);
  return [process.execPath, ...(other ? [other] : [])];
}

let project: string;
const run = (node: string, program: string): string => {
  writeFileSync(join(project, 'program.mjs'), program);
  return execFileSync(node, ['program.mjs'], { cwd: project, encoding: 'utf8' });
};

beforeAll(() => {
  const from = checkout();
  project = fresh();
  const tarballs = PACKAGES.map((name) => {
    const cwd = join(from, 'packages', name);
    const before = readdirSync(cwd).sort();
    const args = ['pack', '--json', '--pack-destination', project];
    const out = execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    // It leaves the checkout as it was.
    expect(readdirSync(cwd).sort()).toEqual(before);
    return `./${/weir-[a-z]+-[\d.]+\.tgz/.exec(out)?.[0]}`;
  });
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs];
  execFileSync('npm', install, { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] });
}, 180_000);

describe('a package of ours in an empty project', () => {
  it('ledger appends, seals a history that verifies, and finds what was written', () => {
    const program = `
      import { realClock, silentLog } from '@weir/kit';
      import { Ledger, verifyStore } from '@weir/ledger';
      const options = { dir: './ledger', clock: realClock, log: silentLog };
      const ledger = await Ledger.open(options);
      const message = (offset) => ({
        kind: 'message.published', ts: Date.now(), room: 'r', broadcast: 'r', user: 'u', nickname: 'n',
        id: 'm' + offset, offset, text: 'text ' + offset, pts: 0,
      });
      await ledger.append([message(1), message(2)]);
      const found = await Array.fromAsync(ledger.search({ text: 'text 2' }));
      await ledger.close();
      const [content] = await verifyStore({ dir: options.dir });
      console.log(JSON.stringify([found.map(({ n }) => n), content.checked, content.fault ?? null]));
    `;
    expect(run(process.execPath, program)).toBe('[[2],2,null]\n');
  });

  it('text checks a line under every Node there is, in a process of its own too', () => {
    const program = `
      import { compile, Engine, parseLexicon, buildInBackground } from '@weir/text';
      const lexicon = parseLexicon('term,kind,category\\n蓝鲸币,,game\\n');
      const direct = new Engine(compile(lexicon)).check('买蓝 鲸币吗');
      const apart = (await buildInBackground(lexicon)).check('买蓝 鲸币吗');
      console.log(JSON.stringify([direct.verdict, direct.hits.map(({ term }) => term), apart.verdict]));
    `;
    const said = nodes().map((node) => run(node, program));
    expect(new Set(said).size).toBe(1);
    expect(JSON.parse(said[0] ?? '')[1]).toEqual(['蓝鲸币']);
  });
});
