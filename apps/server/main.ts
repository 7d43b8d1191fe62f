import { KEYS, readConfig } from '@weir/kit';
import { WrongUse } from './cli/misuse.ts';

/** Roles that the supervisor starts as children of its own; nobody types them. */
const CHILDREN = ['control', 'vault', 'edge', 'demo'] as const;

const [command = 'help', ...rest] = process.argv.slice(2);

try {
  if (command === 'up' || command === 'start') {
    const unknown = rest.find((word) => word !== '--simulated');
    if (unknown !== undefined) throw new WrongUse(`weir start takes no ${unknown}; see weir help`);
    const { start } = await import('./supervisor/start.ts');
    // npm start is for trying: unless told otherwise it brings the demo, and its progress is not buried in the log.
    const trying = command === 'up';
    const defaults = { [KEYS.demo.env]: 'on', [KEYS.logLevel.env]: 'warn' };
    await start(readConfig(process.env, trying ? defaults : {}), {
      progress: trying,
      simulated: rest.length > 0,
    });
  } else if (process.env['WEIR_INTERNAL_BUS'] && (CHILDREN as readonly string[]).includes(command)) {
    const { runChild } = await import('./supervisor/child.ts');
    await runChild(command as (typeof CHILDREN)[number]);
  } else {
    const { runCli } = await import('./cli/run.ts');
    process.exitCode = await runCli(command, rest);
  }
} catch (why) {
  console.error((why as Error).message);
  if (process.env['WEIR_LOG_LEVEL'] === 'debug') console.error(why);
  process.exit(why instanceof WrongUse ? 2 : 1);
}
