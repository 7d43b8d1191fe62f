/** Calls that fall into one that is under way are left out: a clock that jumps a day ahead must not ask a thousand times. */
export function onceAtATime(run: () => Promise<void>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    void run().finally(() => {
      isRunning = false;
    });
  };
}
