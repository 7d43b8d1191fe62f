import { createHash } from 'node:crypto';
import { Validator } from '@seriousme/openapi-schema-validator';
import { isId, newId, PROBLEMS } from '@weir/kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openStage, type Stage } from '../testing/stage.ts';
import { openAccounts } from './testing/accounts.ts';
import { SAMPLES } from './testing/calls/index.ts';
import { CALLERS, type Caller, type Sample, type Subject } from './testing/sample.ts';
import { makeSubject } from './testing/subject.ts';

type Operation = {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
  requestBody?: { content: Record<string, { schema: { required?: string[]; properties?: object } }> };
  'x-permission': string;
};
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: object };

let stage: Stage;
let tokens: Record<Caller, string>;
let document: Document;
let ajv: Ajv2020;

beforeAll(async () => {
  stage = await openStage({ env: { WEIR_LIMIT_SIGN_INS: '64', WEIR_LIMIT_LEXICON_BYTES: '131072' } });
  tokens = await openAccounts(stage);
  document = (await stage.call('', 'GET', '/api/openapi.json')).body;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema(document, 'weir');
}, 180_000);
afterAll(() => stage?.close());

const operationOf = (name: string): Operation => {
  const [method = '', path = ''] = name.split(' ');
  return document.paths[path]?.[method.toLowerCase()] as Operation;
};

/** Holds an answer to the document: its status is named there, and its body is what the schema says. */
function documented(name: string, answer: Answer): void {
  const response = operationOf(name).responses[answer.status];
  expect(response, `${name} answers ${answer.status}: ${JSON.stringify(answer.body)}`).toBeDefined();
  const kind = answer.type.split(';')[0] as string;
  const schema = response?.content?.[kind]?.schema;
  if (answer.status === 302) return;
  expect(schema, `${name} ${answer.status} has no schema for ${kind}`).toBeDefined();
  const pointer = ['paths', name.split(' ')[1], name.split(' ')[0]?.toLowerCase(), 'responses', answer.status]
    .concat('content', kind, 'schema')
    .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`weir#/${pointer}`);
  if (!validate) throw new Error(`no schema at ${pointer}`);
  validate(answer.body);
  expect(validate.errors, `${name} ${answer.status}: ${JSON.stringify(answer.body)}`).toBeNull();
}

function refused(name: string, answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.type, answer.body.code], `${name}: ${JSON.stringify(answer.body)}`).toEqual([
    status,
    'application/problem+json; charset=utf-8',
    code,
  ]);
  expect(answer.body.status).toBe(status);
  expect(Object.keys(PROBLEMS)).toContain(code);
  documented(name, answer);
}

const pathOf = (name: string, sample: Sample, subject: Subject): string =>
  (sample.path?.(subject) ?? (name.split(' ')[1] as string)) + (sample.query ?? '');

/** The events never end: enough of them to know that they came. */
async function firstEvent(token: string): Promise<Answer> {
  const ending = new AbortController();
  const answer = await fetch(`${stage.url}/api/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: ending.signal,
  });
  const type = answer.headers.get('content-type') ?? '';
  const { value } = (await answer.body?.getReader().read()) ?? {};
  ending.abort();
  return { status: answer.status, type, body: Buffer.from(value ?? []).toString() };
}

async function knock(name: string, sample: Sample, caller: Caller, subject: Subject): Promise<Answer> {
  if (name === 'GET /api/events' && caller !== 'nobody') return firstEvent(tokens[caller]);
  const body = sample.body ? await sample.body(subject) : undefined;
  // Signing out ends the session that the rest of the walk goes by: so a fresh one signs out.
  const token =
    name === 'DELETE /api/session' && caller !== 'nobody'
      ? (
          await stage.call('', 'POST', '/api/session', {
            account: `walk-${caller}`,
            password: 'a-password-of-the-walk',
          })
        ).body.token
      : tokens[caller];
  return stage.call(token, name.split(' ')[0] as string, pathOf(name, sample, subject), body);
}

/** All that an admin sees and the logs hold, as a digest: a refused call leaves it as it was. */
async function world(subject: Subject): Promise<string> {
  const get = async (path: string) => (await stage.call(tokens.admin, 'GET', path)).body;
  // Figures of a running stream move by themselves.
  const {
    viewers: _,
    online: __,
    outputMs: ___,
    encoder: ____,
    waiting: _____,
    ...kept
  } = await get(`/api/broadcasts/${subject.broadcast}`);
  const desk: { stretches?: { id: string; state: string }[] } = await get(
    `/api/broadcasts/${subject.broadcast}/desk`,
  );
  const parts = [
    kept,
    (await get('/api/broadcasts?limit=200')).items.length,
    await get(`/api/rooms/${subject.broadcast}/messages`),
    await get(`/api/rooms/${subject.broadcast}/held`),
    await get('/api/users'),
    await get('/api/lexicon/versions'),
    await get('/api/contests'),
    await get(`/api/rooms/${subject.broadcast}/moderators`),
    await get(`/api/rooms/${subject.broadcast}/mutes`),
    await get(`/api/rooms/${subject.broadcast}/words`),
    await get('/api/log?log=moderation&limit=10000'),
    desk.stretches?.find(({ state }) => state === 'held')?.id,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

const entries = Object.entries(SAMPLES);
const writing = entries.filter(([name]) => !name.startsWith('GET '));
/** Without the ones that the door opens to nobody who comes by HTTP. */
const answered = writing.filter(([, { may }]) => may.length > 0);
const asking = entries.filter(([, sample]) => sample.badQueries);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it('names the routes of the walk, and no others', () => {
    const named = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(named.toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
  });

  it('says of each route who may call it and every answer it gives', () => {
    for (const [name] of entries) {
      const operation = operationOf(name);
      expect(operation['x-permission'], name).toBeTruthy();
      for (const [status, response] of Object.entries(operation.responses)) {
        if (status === '302') continue;
        for (const [kind, { schema }] of Object.entries(response.content ?? {}))
          expect([name, kind, typeof schema]).toEqual([name, kind, 'object']);
        expect(Object.keys(response.content ?? {}), `${name} ${status}`).toHaveLength(1);
      }
    }
  });
});

describe('a call answers those who may as the document says, and refuses the others, who change nothing', () => {
  it.each(entries)(
    '%s',
    async (name, sample) => {
      const lacking = CALLERS.filter((caller) => !sample.may.includes(caller));
      const shared = await makeSubject(stage, tokens, sample.needs, 'nobody');
      const before = await world(shared);
      for (const caller of lacking) {
        const answer = await knock(name, sample, caller, shared);
        if (caller === 'nobody') refused(name, answer, 401, 'sign_in');
        else refused(name, answer, 403, 'forbidden');
      }
      if (lacking.length > 0) expect(await world(shared)).toBe(before);
      for (const caller of sample.may) {
        const subject = await makeSubject(stage, tokens, sample.needs, caller);
        const answer = await knock(name, sample, caller, subject);
        if (sample.refused) refused(name, answer, sample.refused.status, sample.refused.code);
        else {
          expect(answer.status, `${name} by ${caller}: ${JSON.stringify(answer.body)}`).toBe(
            sample.status ?? 200,
          );
          documented(name, answer);
        }
      }
    },
    180_000,
  );
});

describe('a call about something refuses in order: 404 unknown, 410 cut, 401, 403', () => {
  it.each(entries.filter(([name]) => name.includes('{id}')))(
    '%s',
    async (name, sample) => {
      const others = { draft: 0, run: 'x', hold: 'x', contest: 'x', stretch: async () => 'none' };
      const allAs = (id: () => string) => ({
        broadcast: id(),
        message: id(),
        held: id(),
        own: id(),
        flagged: id(),
        person: id(),
        clip: id(),
      });
      for (const id of [allAs(newId), allAs(() => 'x')]) {
        const subject = { ...id, ...others };
        refused(name, await knock(name, sample, 'nobody', subject), 404, 'not_found');
        refused(name, await knock(name, sample, 'admin', subject), 404, 'not_found');
      }
      if (name.includes('/users/') || name.includes('/clips/')) return;
      const subject = { ...(await makeSubject(stage, tokens, 'cut', 'nobody')), stretch: async () => 'none' };
      for (const caller of CALLERS) {
        if (sample.cut !== 'allowed')
          refused(name, await knock(name, sample, caller, subject), sample.cut ?? 410, 'broadcast_cut');
        else if (!sample.may.includes(caller)) {
          const answer = await knock(name, sample, caller, subject);
          refused(
            name,
            answer,
            caller === 'nobody' ? 401 : 403,
            caller === 'nobody' ? 'sign_in' : 'forbidden',
          );
        }
      }
    },
    180_000,
  );
});

describe('a call refuses what is no body of it with a clear error, and changes nothing', () => {
  it.each(answered)(
    '%s',
    async (name, sample) => {
      const method = name.split(' ')[0] as string;
      const caller = sample.may.includes('admin') ? 'admin' : (sample.may[0] as Caller);
      const subject = await makeSubject(stage, tokens, sample.needs, caller);
      const before = await world(subject);
      const path = pathOf(name, sample, subject);
      const json = { 'content-type': 'application/json' };
      const send = (body: unknown) => stage.call(tokens[caller], method, path, body, json);
      refused(name, await send('{"title": '), 400, 'bad_request');
      refused(name, await send(`"${'x'.repeat(sample.tooLarge ?? 70_000)}"`), 413, 'too_large');
      if (sample.body) {
        const good = (await sample.body(subject)) as Record<string, unknown>;
        const { required = [], properties = {} } =
          operationOf(name).requestBody?.content['application/json']?.schema ?? {};
        expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(good)));
        const bad: unknown[] = [
          [],
          'null'.repeat(2),
          7,
          { ...good, colour: 'red' },
          { ...good, id: newId() },
        ];
        for (const key of required) {
          const { [key]: _, ...rest } = good;
          bad.push(rest);
        }
        for (const key of Object.keys(good)) {
          const wrong = typeof good[key] === 'number' ? 'seven' : 7;
          bad.push({ ...good, [key]: wrong }, { ...good, [key]: { $ne: null } });
          if (typeof good[key] === 'string') bad.push({ ...good, [key]: 'x'.repeat(3_000) });
        }
        for (const body of bad) {
          const answer = await send(typeof body === 'string' ? body : JSON.stringify(body));
          refused(`${name}`, answer, 400, 'bad_request');
          expect(answer.body.detail, JSON.stringify(body).slice(0, 200)).toMatch(/^(body|The body)/);
        }
      }
      expect(await world(subject)).toBe(before);
    },
    180_000,
  );
});

describe('a call refuses a query that makes no sense', () => {
  it.each(asking)('%s', async (name, sample) => {
    const subject = await makeSubject(stage, tokens, undefined, 'admin');
    const path = sample.path?.(subject) ?? (name.split(' ')[1] as string);
    for (const query of sample.badQueries ?? []) {
      const answer = await stage.call(tokens.admin, 'GET', `${path}${query}`);
      refused(name, answer, 400, 'bad_request');
      expect(answer.body.detail).toMatch(/^query/);
    }
  });
});

it('pages of another origin change nothing, whoever their visitor is', async () => {
  const subject = { ...(await makeSubject(stage, tokens, 'person', 'admin')), stretch: async () => 'none' };
  const before = await world(subject);
  for (const [name, sample] of writing) {
    const method = name.split(' ')[0] as string;
    const headers = { origin: 'https://elsewhere.example' };
    const body = sample.body ? await sample.body(subject) : undefined;
    const answer = await stage.call(tokens.admin, method, pathOf(name, sample, subject), body, headers);
    refused(name, answer, 403, 'forbidden');
  }
  expect(await world(subject)).toBe(before);
});

it('what broke inside is told by an id alone', async () => {
  const subject = await makeSubject(stage, tokens, undefined, 'admin');
  // An edge that is not itself: its words are for the log, not for who asked.
  const stop = stage.bus.serve('edge.1.desk', () => {
    throw new TypeError('/secret/path of an inner part');
  });
  const answer = await stage.call(tokens.reviewer, 'GET', `/api/broadcasts/${subject.broadcast}/desk`);
  refused('GET /api/broadcasts/{id}/desk', answer, 500, 'internal');
  expect(JSON.stringify(answer.body)).not.toContain('secret');
  expect(isId(answer.body.id)).toBe(true);
  stop();
  await stage.restartEdge();
});

describe('a title or a name is one line that can be read', () => {
  const title = (text: string) =>
    stage.call(tokens.owner, 'POST', '/api/broadcasts', { title: text, kind: 'video', category: 'chat' });

  it.each(['a\u0000b', 'a\nb', 'a\u2028b', '\u0085', ' ', '\u200b \u3164', '\u202e\u2066'])(
    '%j is refused',
    async (text) => {
      refused('POST /api/broadcasts', await title(text), 400, 'bad_request');
      const account = {
        account: newId(),
        password: 'a-password-of-the-walk',
        nickname: text,
        roles: ['viewer'],
      };
      refused(
        'POST /api/users',
        await stage.call(tokens.admin, 'POST', '/api/users', account),
        400,
        'bad_request',
      );
    },
  );

  it('any script and any emoji is a line', async () => {
    const text = '堰 · Wehr، سد 👩‍🌾';
    expect((await title(text)).body.title).toBe(text);
  });
});
