import { ApiError, call, createBroadcast, signIn } from '@weir/e2e/client.ts';
import { startWhole, type Whole } from '../service.ts';
import { sized } from '../size.ts';

/** Commits that are waited for one after another. */
const COMMITS = sized(200, 10);
/** Checks of a password that are under way at once. */
const SIGN_INS = 64;
/** They are all under way by then. */
const CROWDED_MS = 1_000;

/** ms from a request to its answer, which comes when its record is on the medium; `signIns` is how many there were beside. */
export type Commits = { content: number[]; moderation: number[]; signIns: number };

/**
 * Commits as people wait for them on the whole service, by HTTP: a title for `content`, the order of a gate for
 * `moderation`, in turns. Both go through PostgreSQL besides, so that a commit of the ledger alone is faster.
 */
async function commits(whole: Whole): Promise<Omit<Commits, 'signIns'>> {
  const { id } = await createBroadcast(whole.publisher);
  const timed = async (ask: Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await ask;
    return performance.now() - began;
  };
  const content: number[] = [];
  const moderation: number[] = [];
  const { service, publisher, reviewer } = whole;
  for (let k = 0; k < COMMITS; k++) {
    const title = { title: `试播 ${k}` };
    content.push(await timed(call(service, publisher.token, 'PATCH', `/api/broadcasts/${id}`, title)));
    const messages = k % 2 === 0 ? { mode: 'delay', delayMs: 3_000 } : { mode: 'open' };
    moderation.push(await timed(reviewer.put(`/api/broadcasts/${id}/gate`, { messages })));
  }
  return { content, moderation };
}

/**
 * Keeps `SIGN_INS` sign-ins under way until it is stopped, which gives how many were answered; all of somebody who does
 * nothing else, since the newest sessions of a person end the oldest.
 * @throws ApiError when it is stopped
 */
function crowd(whole: Whole): { stop(): Promise<number> } {
  let isOver = false;
  let answered = 0;
  const lanes = Array.from({ length: SIGN_INS }, async () => {
    while (!isOver) {
      try {
        await signIn(whole.service, 'demo-viewer');
        answered++;
      } catch (why) {
        // One more than may wait: the next in its place.
        if (!(why instanceof ApiError && why.code === 'busy')) throw why;
      }
    }
  });
  const all = Promise.all(lanes);
  // Told when it is stopped.
  all.catch(() => {});
  return {
    async stop() {
      isOver = true;
      await all;
      return answered;
    },
  };
}

/** Commits on the whole service, alone and with sign-ins beside. */
export async function wholeCommits(): Promise<{ alone: Commits; crowded: Commits }> {
  const whole = await startWhole();
  try {
    const alone = { ...(await commits(whole)), signIns: 0 };
    const beside = crowd(whole);
    let times: Omit<Commits, 'signIns'>;
    try {
      await new Promise((done) => setTimeout(done, CROWDED_MS));
      times = await commits(whole);
    } finally {
      // Before the service goes, or they would fail with it.
      await beside.stop();
    }
    return { alone, crowded: { ...times, signIns: await beside.stop() } };
  } finally {
    await whole.stop();
  }
}
