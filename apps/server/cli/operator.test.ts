import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operatorOf } from './operator.ts';

it('the operator brings a body with every method, and a person’s token where it has one', async () => {
  const socket = join(mkdtempSync(join(tmpdir(), 'weir-operator-')), 'control.sock');
  const server = createServer(async (request, answer) => {
    let body = '';
    for await (const part of request) body += String(part);
    const { method, headers } = request;
    answer.end(JSON.stringify({ method, body, token: headers.authorization ?? '' }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const [operator, person] = [operatorOf(socket, 'x'), operatorOf(socket, 'x', 'abc')];
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect(await operator(method, '/', { note: '结案' })).toEqual({
      method,
      body: '{"note":"结案"}',
      token: '',
    });
  expect(await person('DELETE', '/')).toEqual({ method: 'DELETE', body: '', token: 'Bearer abc' });
  server.close();
});
