import { describe, expect, it } from 'vitest';
import type { Packet, Release } from '../packet.ts';
import { Passage } from './passage.ts';

const packet = (role: Packet['role'], track: Packet['track'] = 'video'): Packet =>
  ({
    track,
    codec: track === 'video' ? 'h264' : 'aac',
    role,
    dts: 0,
    cts: 0,
    tag: Buffer.alloc(1),
    payload: Buffer.alloc(1),
  }) as Packet;

function open(): { out: Release[]; passage: Passage; lease: { holds: boolean } } {
  const out: Release[] = [];
  const lease = { holds: true };
  return {
    out,
    lease,
    passage: new Passage([{ write: (release) => void out.push(release) }], () => lease.holds),
  };
}

describe('the passage behind the gate', () => {
  it('lets nothing out while the lease is lost, even before anybody was told', () => {
    const { out, passage, lease } = open();
    passage.write({ packet: packet('config'), at: 0 });
    passage.write({ packet: packet('key'), at: 0 });
    lease.holds = false;
    passage.write({ packet: packet('frame'), at: 40 });
    expect(out).toHaveLength(2);
  });

  it('goes on at a key frame, with the configurations in force, where the timeline stood', () => {
    const { out, passage } = open();
    passage.write({ packet: packet('config'), at: 0 });
    passage.write({ packet: packet('key'), at: 0 });
    passage.write({ packet: packet('frame'), at: 40 });
    passage.shut();
    passage.write({ packet: packet('frame'), at: 80 });
    const changed = packet('config');
    passage.write({ packet: changed, at: 5_000 });
    passage.open();
    passage.write({ packet: packet('frame'), at: 9_960 });
    passage.write({ packet: packet('key'), at: 10_000 });
    passage.write({ packet: packet('frame'), at: 10_040 });
    expect(out.map(({ packet, at }) => [packet.role, at])).toEqual([
      ['config', 0],
      ['key', 0],
      ['frame', 40],
      ['config', 80],
      ['key', 80],
      ['frame', 120],
    ]);
    expect(out[3]?.packet).toBe(changed);
    expect(passage.lostMs).toBe(9_920);
  });

  it('goes on at once where there is sound alone', () => {
    const { out, passage } = open();
    passage.write({ packet: packet('config', 'audio'), at: 0 });
    passage.shut();
    passage.write({ packet: packet('frame', 'audio'), at: 23 });
    passage.open();
    passage.write({ packet: packet('frame', 'audio'), at: 46 });
    expect(out.map(({ packet }) => packet.role)).toEqual(['config', 'config', 'frame']);
  });
});
