import { describe, expect, it } from 'vitest';
import { PROBLEMS, Problem, type ProblemCode } from './problem.ts';

const codes = Object.keys(PROBLEMS) as ProblemCode[];

describe('the catalogue of errors', () => {
  it.each(codes)('%s has a status of a refusal and a title, and survives the way over the bus', (code) => {
    const [status, title] = PROBLEMS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title.length).toBeGreaterThan(5);
    const sent = new Problem(code, 'what to do', { of: 'something' });
    const got = Problem.from(JSON.parse(JSON.stringify(sent.body())));
    expect([got.code, got.status, got.detail, got.more]).toEqual([
      code,
      status,
      'what to do',
      { of: 'something' },
    ]);
  });

  it.each([null, undefined, 7, {}, { code: 'no_such_code' }, { code: 'constructor' }, { code: 'toString' }])(
    'makes `internal` of a stranger: %j',
    (body) => {
      expect(Problem.from(body).code).toBe('internal');
    },
  );
});
