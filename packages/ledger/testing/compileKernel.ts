import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const baseDir = fileURLToPath(new URL('../archive/kernel/assembly/', import.meta.url));

const OPTIONS = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

/** Compiles what sealed days are verified with: the bytes that `archive/kernel/kernel.wasm` has. @throws Error */
export async function compileKernel(): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await main(
    ['index.ts', '--baseDir', baseDir, '--outFile', 'kernel.wasm', ...OPTIONS],
    {
      writeFile(_, contents) {
        if (typeof contents !== 'string') wasm = contents;
      },
    },
  );
  if (error || !wasm) throw new Error(`the kernel does not compile: ${stderr}`, { cause: error });
  return wasm;
}
