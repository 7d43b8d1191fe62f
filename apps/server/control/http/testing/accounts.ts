import type { Stage } from '../../testing/stage.ts';
import { type Caller, PASSWORD } from './sample.ts';

/** Accounts of the walk and their tokens. */
export async function openAccounts(stage: Stage): Promise<Record<Caller, string>> {
  const boss = await stage.signIn('demo-admin');
  const roles: Record<Exclude<Caller, 'nobody'>, string[]> = {
    viewer: ['viewer'],
    stranger: ['viewer', 'publisher'],
    owner: ['viewer', 'publisher'],
    reviewer: ['viewer', 'reviewer'],
    lead: ['viewer', 'reviewer', 'lexicon'],
    admin: ['admin'],
  };
  const tokens: Record<string, string> = { nobody: '' };
  for (const [name, has] of Object.entries(roles)) {
    const account = `walk-${name}`;
    const made = await stage.call(boss, 'POST', '/api/users', { account, password: PASSWORD, roles: has });
    const entered = await stage.call('', 'POST', '/api/session', { account, password: PASSWORD });
    if (!entered.body.token)
      throw new Error(`${account} cannot sign in: ${JSON.stringify([made.body, entered.body])}`);
    tokens[name] = entered.body.token;
  }
  return tokens as Record<Caller, string>;
}
