/** Compiles `assembly/` into `kernel.wasm`; run it again when something there changes: `node packages/ledger/archive/kernel/make.ts`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileKernel } from '../../testing/compileKernel.ts';

writeFileSync(fileURLToPath(new URL('./kernel.wasm', import.meta.url)), await compileKernel());
