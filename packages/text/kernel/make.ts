/** Compiles `assembly/` into `kernel.wasm`; run it again when something there changes: `node packages/text/kernel/make.ts`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileKernel } from '../../../bin/compileKernel.ts';

const here = (name: string): URL => new URL(name, import.meta.url);
writeFileSync(fileURLToPath(here('./kernel.wasm')), await compileKernel(here('./assembly/')));
