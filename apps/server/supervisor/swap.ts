import { renameSync, rmSync } from 'node:fs';

const TRIES = 50;

/**
 * Puts the finished folder `fresh` in the place of `place`, whole: nobody ever finds a half of it there, also where
 * two processes do so at once (the later one stays). Both must lie on one file system.
 * @throws the system's error where `fresh` is missing or a folder above cannot be written
 */
export function takePlace(fresh: string, place: string): void {
  for (let tries = 1; ; tries++) {
    const old = `${fresh}.old`;
    try {
      renameSync(place, old);
    } catch (why) {
      // Nothing is there, or another process has just moved it away.
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    }
    rmSync(old, { recursive: true, force: true });
    try {
      renameSync(fresh, place);
      return;
    } catch (why) {
      const { code } = why as NodeJS.ErrnoException;
      if (tries === TRIES || (code !== 'ENOTEMPTY' && code !== 'EEXIST')) throw why;
    }
  }
}
