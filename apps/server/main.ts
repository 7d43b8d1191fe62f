import { KEYS, readConfig } from '@weir/kit';

/** Roles that the supervisor starts as children of its own; nobody types them. */
const CHILDREN = ['control', 'vault', 'edge', 'demo'] as const;

const [command = 'help', ...rest] = process.argv.slice(2);

try {
  if (command === 'up' || command === 'start') {
    const { start } = await import('./supervisor/start.ts');
    // npm start is for trying: it brings the demo unless told otherwise.
    const demo = process.env[KEYS.demo.env] ?? (command === 'up' ? 'on' : KEYS.demo.fallback);
    await start(readConfig({ ...process.env, [KEYS.demo.env]: demo }), {
      progress: command === 'up',
      args: rest,
    });
  } else if ((CHILDREN as readonly string[]).includes(command)) {
    const { runChild } = await import('./supervisor/child.ts');
    await runChild(command as (typeof CHILDREN)[number]);
  } else {
    const { runCli } = await import('./cli/run.ts');
    process.exitCode = await runCli(command, rest);
  }
} catch (why) {
  console.error((why as Error).message);
  if (process.env['WEIR_LOG_LEVEL'] === 'debug') console.error(why);
  process.exit(1);
}
