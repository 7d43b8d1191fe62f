import { describe, expect, it } from 'vitest';
import type { VideoPacket } from '../packet.ts';
import { HealthMeter } from './health.ts';

const frame = (dts: number, role: VideoPacket['role'] = 'frame'): VideoPacket => ({
  track: 'video',
  codec: 'h264',
  role,
  dts,
  cts: 0,
  tag: Buffer.alloc(0),
  payload: Buffer.alloc(0),
});

describe('encoder health', () => {
  it('gives frame rate, key-frame interval and bitrate of an even stream', () => {
    const meter = new HealthMeter(0);
    for (let i = 0; i < 500; i++) {
      meter.received(5_000, i * 40);
      meter.packet(frame(i * 40, i % 50 === 0 ? 'key' : 'frame'), i * 40);
    }
    expect(meter.figures(20_000)).toEqual({
      bitrate: expect.closeTo(1_000_000, -5),
      fps: 25,
      keyIntervalMs: 2000,
      driftMs: 0,
    });
  });

  it('shows an encoder that falls behind, and forgets it when the timeline leaps', () => {
    const meter = new HealthMeter(0);
    for (let i = 0; i <= 100; i++) meter.packet(frame(i * 40), i * 50);
    expect(meter.figures(5_000).driftMs).toBe(-1_000);
    meter.packet(frame(900_000), 5_040);
    expect(meter.figures(5_040).driftMs).toBe(0);
  });

  it('counts silent seconds in the bitrate', () => {
    const meter = new HealthMeter(0);
    meter.received(1_000_000, 0);
    expect(meter.bitrate10s(5_000)).toBe(800_000);
    expect(meter.bitrate10s(11_000)).toBe(0);
    expect(meter.bitrate10s(1_000_000)).toBe(0);
  });
});
