import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A file that fits into one packet with its headers anyway is sent as it is, bytes. */
const WORTH_BYTES = 600;
/** Brotli 11 takes fourteen times as long as 9 for 8 % less (2.3 MB of pages: 3.6 s, 0.26 s). */
const BROTLI_QUALITY = 9;

/**
 * Puts `FILE.br` and `FILE.gz` beside every text file of a built web app, so that nothing is compressed while
 * somebody waits. Browsers that came by plain HTTP ask for gzip alone.
 */
export function compressFolder(dist: string): void {
  for (const file of globSync('**/*.{js,css,html,svg,json}', { cwd: dist })) {
    const path = join(dist, file);
    const bytes = readFileSync(path);
    if (bytes.length < WORTH_BYTES) continue;
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}
