import type { Clock } from '@weir/kit';
import type { RoomTalk } from '../../wire.ts';
import type { Step } from './pipeline.ts';

/** Who is muted in a room by a person's order, until its term. */
export function mutesStep(clock: Clock, talkOf: (room: string) => RoomTalk | undefined): Step {
  return ({ room, user }) => {
    const mute = talkOf(room)?.mutes.find((one) => one.user === user.id);
    if (!mute || mute.until <= clock.now()) return undefined;
    const { until, reason } = mute;
    return {
      verdict: 'mute',
      category: '',
      hits: [],
      trace: [],
      momentary: 'muted',
      until,
      reason,
      waitMs: until - clock.now(),
    };
  };
}
