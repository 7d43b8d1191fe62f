import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, SimulatedClock, silentLog } from '@weir/kit';
import { readFlv } from '@weir/media/flv/index.ts';
import { type RecordedSegment, Recorder } from '@weir/media/tap/recorder.ts';
import type { Stage } from './stage.ts';

/** Puts 24 s of a broadcast on the stage's disk and into its log, as an edge would have recorded it. */
export async function recordOnStage(stage: Stage, broadcast: string, from: number): Promise<void> {
  const clip = readFlv(readFileSync(new URL('../../demo/clips/tea.flv', import.meta.url)));
  const clock = new SimulatedClock(from);
  const segments: RecordedSegment[] = [];
  const dir = join(stage.dataDir, 'media');
  const onSegment = (segment: RecordedSegment): void => void segments.push(segment);
  const recorder = new Recorder({ dir, broadcast, session: newId(), clock, log: silentLog, onSegment });
  const lasts = (clip.at(-1)?.dts ?? 0) + 40;
  for (let round = 0; round * lasts < 24_000; round++)
    for (const packet of clip) {
      const dts = round * lasts + packet.dts;
      clock.advance(Math.max(0, from + dts - clock.now()));
      recorder.write({ ...packet, dts });
    }
  await recorder.close();
  await stage.bus.request('control.append', {
    edge: '1',
    boot: stage.bus.boot,
    records: segments.map((segment) => ({
      kind: 'segment.recorded',
      ts: segment.toMs,
      broadcast,
      session: 's',
      ...segment,
    })),
  });
}
