/** Tells a person at a terminal what the start is doing; says nothing where a program started it. */
export type Progress = { step<T>(n: number, title: string, work: () => Promise<T>): Promise<T> };

/** Steps as lines on stdout: `[2/5] Preparing the database … 0.9 s`. Step 1 is the launcher's. */
export function progressOf(loud: boolean, steps = 5): Progress {
  return {
    async step(n, title, work) {
      const began = performance.now();
      if (loud) process.stdout.write(`[${n}/${steps}] ${title} …`);
      try {
        const result = await work();
        if (loud) process.stdout.write(` ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
        return result;
      } catch (why) {
        if (loud) process.stdout.write(' failed\n');
        throw why;
      }
    },
  };
}
