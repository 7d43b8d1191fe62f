import type { Clock } from '@weir/kit';
import type { Member } from './member.ts';

/** Time a member has to answer the close; DOORS.md promises 1 s for all of it. */
const ANSWER_MS = 500;
/** Members that are told in one turn of the loop: media closes in the same process. */
const SLICE = 512;

/**
 * Tells every member `frame` and closes it with 4410; resets those who do not answer in time. A member with bytes
 * waiting is reset at once: they are from before the order and would go out after it.
 * @returns wall time in ms of the last close, null without members
 */
export function closeCut(members: readonly Member[], frame: Buffer, clock: Clock): Promise<number | null> {
  if (members.length === 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    let left = members.length;
    const gone = (): void => {
      if (--left === 0) resolve(clock.now());
    };
    const slice = (from: number): void => {
      const to = Math.min(members.length, from + SLICE);
      for (const member of members.slice(from, to)) {
        if (member.socket.destroyed) {
          gone();
          continue;
        }
        member.socket.once('close', gone);
        if (member.socket.writableLength > 0) member.reset();
        else {
          member.write(frame);
          member.close(4410, 'cut');
        }
      }
      if (to < members.length) clock.after(0, () => slice(to));
    };
    slice(0);
    clock.after(ANSWER_MS, () => {
      for (const member of members) if (!member.socket.destroyed) member.reset();
    });
  });
}
