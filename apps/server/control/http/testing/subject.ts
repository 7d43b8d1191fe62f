import { newId } from '@weir/kit';
import { recordOnStage } from '../../testing/recorded.ts';
import type { Stage } from '../../testing/stage.ts';
import type { Caller, Sample, Subject } from './sample.ts';

const WITHIN_MS = 60_000;

async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const from = performance.now(); performance.now() - from < WITHIN_MS; ) {
    const got = await ask();
    if (got !== undefined) return got;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} within ${WITHIN_MS} ms`);
}

/** The one stream of the walk, in review from its first second; each call takes the head as it then is. */
async function openStream(stage: Stage, tokens: Record<Caller, string>): Promise<string> {
  const { body: made } = await stage.call(tokens.owner, 'POST', '/api/broadcasts', BROADCAST);
  const path = `/api/broadcasts/${made.id}`;
  await stage.call(tokens.admin, 'PUT', `${path}/gate`, { media: { mode: 'review' }, note: 'walk' });
  await stage.publish(made.ingest);
  await until(async () => {
    const { body } = await stage.call('', 'GET', path);
    return body.state === 'live' ? true : undefined;
  }, 'the stream was not live');
  return made.id;
}

const BROADCAST = { title: '走一遍', kind: 'video', category: 'chat' };
const streams = new WeakMap<Stage, Promise<string>>();

/** A broadcast of the walk's owner with a shown and a held message, and what the call needs besides. */
export async function makeSubject(
  stage: Stage,
  tokens: Record<Caller, string>,
  needs: Sample['needs'],
  caller: Caller,
): Promise<Subject> {
  let id: string;
  if (needs === 'stream' || needs === 'seen') {
    const stream = streams.get(stage) ?? openStream(stage, tokens);
    streams.set(stage, stream);
    id = await stream;
  } else id = (await stage.call(tokens.owner, 'POST', '/api/broadcasts', BROADCAST)).body.id;
  const path = `/api/broadcasts/${id}`;
  const said = {
    room: id,
    broadcast: id,
    user: newId(),
    nickname: '甲',
    text: '你好',
    ts: Date.now(),
    pts: 0,
  };
  const [message, held, own, flagged] = [newId(), newId(), newId(), newId()];
  const session = await stage.call(tokens[caller], 'GET', '/api/session');
  const hits = [{ term: '你好', category: 'other', start: 0, end: 2, stages: [] }];
  if (needs !== 'stream' && needs !== 'seen')
    await stage.bus.request('control.append', {
      edge: '1',
      boot: stage.bus.boot,
      records: [
        { ...said, kind: 'message.published', id: message, offset: 1 },
        { ...said, kind: 'message.held', id: held },
        { ...said, kind: 'message.held', id: flagged, hits },
        {
          ...said,
          kind: 'message.refused',
          id: own,
          code: 'content',
          user: session.body.user?.id ?? newId(),
        },
      ],
    });
  let person: string = newId();
  if (needs === 'person' || needs === 'moderator') {
    const account = { account: `walked-${newId()}`, password: 'a-password-of-the-walk', roles: [] };
    person = (await stage.call(tokens.admin, 'POST', '/api/users', account)).body.id;
  }
  if (needs === 'cut') {
    await stage.call(tokens.admin, 'POST', `${path}/cut-off`, { reason: 'other' });
    // What follows a cut comes after its answer: the walk looks when it is there.
    await until(async () => {
      const { body } = await stage.call(tokens.admin, 'GET', `/api/log?kind=decision.made&broadcast=${id}`);
      return body.items[0];
    }, 'the decision was not recorded');
  }
  if (needs === 'moderator') await stage.call(tokens.owner, 'PUT', `/api/rooms/${id}/moderators/${person}`);
  const contest =
    needs === 'contest'
      ? (await stage.call(tokens.admin, 'POST', `/api/messages/${flagged}/false-positive`, {})).body.id
      : newId();
  let draft = 0;
  let run: string = newId();
  if (needs === 'draft' || needs === 'run') {
    const change = { add: [{ term: `走一遍${newId()}` }], note: 'walk' };
    draft = (await stage.call(tokens.admin, 'POST', '/api/lexicon/versions', change)).body.version;
    if (needs === 'run') {
      const at = `/api/lexicon/versions/${draft}/dry-run`;
      run = (await stage.call(tokens.admin, 'POST', at, { hours: 1 })).body.id;
    }
  }
  let clip: string = newId();
  if (needs === 'clip') {
    const from = Date.now() - 60_000;
    await recordOnStage(stage, id, from);
    const at = (ms: number): string => new Date(from + ms).toISOString();
    const order = { from: at(2_000), to: at(4_000), ground: 'walk' };
    clip = (await stage.call(tokens.admin, 'POST', `${path}/clips`, order)).body.id;
  }
  let hold: string = newId();
  if (needs === 'hold') {
    const ask = { case: 'walk-1', reason: '走', responsible: 'walk', reviewOn: '2126-01-01' };
    hold = (await stage.call(tokens.admin, 'POST', '/api/holds', { ...ask, what: { broadcast: id } })).body
      .id;
  }
  const stretch = (): Promise<string> =>
    until(async () => {
      const { body } = await stage.call(tokens.admin, 'GET', `${path}/desk`);
      return (body.stretches as { id: string; state: string }[]).find(({ state }) => state === 'held')?.id;
    }, 'nothing was held');
  if (needs === 'stream' || needs === 'seen') await stretch();
  // What one session has seen another may not release: so the one who will ask looks at it.
  if (needs === 'seen' && caller !== 'nobody')
    await stage.call(tokens[caller], 'POST', `${path}/desk/seen`, { stretch: await stretch() });
  return { broadcast: id, message, held, own, flagged, contest, person, draft, run, clip, hold, stretch };
}
