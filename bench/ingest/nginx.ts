import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProgram } from '../child.ts';

const MODULE = '/usr/lib/nginx/modules/ngx_rtmp_module.so';

/** Starts nginx-rtmp with the committed configuration; null where it is not installed. */
export function startNginx(port: number, dir: string): ReturnType<typeof startProgram> | null {
  if (!existsSync(MODULE)) return null;
  const template = readFileSync(new URL('nginx.conf', import.meta.url), 'utf8');
  const conf = join(dir, 'nginx.conf');
  writeFileSync(conf, template.replaceAll('DIR', dir).replaceAll('PORT', String(port)));
  return startProgram('nginx', ['-c', conf, '-p', dir], { quiet: true });
}
