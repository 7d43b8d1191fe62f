import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const OPTIONS = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];

/** Compiles the AssemblyScript of a folder, `index.ts` first, to WebAssembly. @throws Error */
export async function compileKernel(assembly: URL): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await main(
    ['index.ts', '--baseDir', fileURLToPath(assembly), '--outFile', 'kernel.wasm', ...OPTIONS],
    {
      writeFile(_, contents) {
        if (typeof contents !== 'string') wasm = contents;
      },
    },
  );
  if (error || !wasm) throw new Error(`the kernel does not compile: ${stderr}`, { cause: error });
  return wasm;
}
