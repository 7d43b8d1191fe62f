import { startWhole, type Whole } from '../service.ts';
import { type Round, round } from './round.ts';

/** Of a certificate (DOORS.md) what is looked at. */
type Certificate = { state: string; viewersCut: number; lastWriteAt: string; lastResetAt: string };

/** How often a provisional certificate is asked for again, each 100 ms. */
const FINAL_ASKS = 100;
/** PostgreSQL is stopped for so long before the order: whoever asks it meanwhile is stuck by then. */
const STUCK_MS = 1_000;

/** One broadcast, watched and cut; the order goes to control by HTTP, and the certificate's times count. */
async function one(whole: Whole, seconds: number, prepare?: () => Promise<void>): Promise<Round> {
  const { broadcast, play, stop } = await whole.live();
  try {
    const { port, pathname, search } = new URL(play.flv);
    const address = `/api/broadcasts/${broadcast.id}/cut-off`;
    const cut = async () => {
      let said = await whole.reviewer.post<Certificate>(address, { reason: 'other' });
      // Provisional: the edge's disk took longer than control waits. Its report comes all the same.
      for (let asked = 0; said.state !== 'final' && asked < FINAL_ASKS; asked++) {
        await new Promise((done) => setTimeout(done, 100));
        said = await whole.reviewer.get<Certificate>(address);
      }
      return {
        viewers: said.viewersCut,
        lastWriteAt: Date.parse(said.lastWriteAt),
        lastResetAt: Date.parse(said.lastResetAt),
      };
    };
    return await round({ port: Number(port), path: pathname + search }, seconds, cut, prepare);
  } finally {
    await stop();
  }
}

async function oneStopped(whole: Whole, seconds: number): Promise<Round> {
  let frozen: { thaw(): void } | undefined;
  try {
    return await one(whole, seconds, async () => {
      frozen = whole.freezePostgres();
      await new Promise((done) => setTimeout(done, STUCK_MS));
    });
  } finally {
    frozen?.thaw();
  }
}

/** Rounds on the whole service: as it runs, and with PostgreSQL stopped where it stands, in turns. */
export async function wholeRounds(
  count: number,
  seconds: number,
): Promise<{ running: Round[]; stopped: Round[] }> {
  const whole = await startWhole();
  try {
    const running: Round[] = [];
    const stopped: Round[] = [];
    for (let i = 0; i < count; i++) {
      running.push(await one(whole, seconds));
      stopped.push(await oneStopped(whole, seconds));
    }
    return { running, stopped };
  } finally {
    await whole.stop();
  }
}
