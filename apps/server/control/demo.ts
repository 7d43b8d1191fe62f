import type { HashAnswer } from '../vault/ask.ts';
import { createAccount } from './accounts.ts';
import { type Control, LOCAL_OPERATOR } from './control.ts';
import type { Role } from './people.ts';
import * as sql from './sql/users.ts';

/** The demo's accounts, `demo-ROLE`; each may do what its role may, the staff ones also watch and talk. */
const DEMO: Record<Exclude<Role, 'lexicon'>, { nickname: string; roles: Role[] }> = {
  viewer: { nickname: '演示观众', roles: ['viewer'] },
  publisher: { nickname: '演示主播', roles: ['viewer', 'publisher'] },
  reviewer: { nickname: '演示审核员', roles: ['viewer', 'reviewer'] },
  admin: { nickname: '演示管理员', roles: ['viewer', 'publisher', 'reviewer', 'admin'] },
};

/** Makes the demo accounts, or gives those of an earlier start today's password. Only where the demo is on. */
export async function seedDemo(control: Control): Promise<void> {
  const { config, people, bus, database } = control;
  const password = config.demoPassword;
  if (config.demo === 'off' || password === undefined) return;
  for (const [role, { nickname, roles }] of Object.entries(DEMO)) {
    const account = `demo-${role}`;
    const known = people.byAccount(account);
    if (!known) {
      await createAccount(control, { account, nickname, password, roles, demo: true }, LOCAL_OPERATOR);
      continue;
    }
    const { hash } = await bus.request<HashAnswer>('vault.hash', { password }, 10_000);
    await database.write(async (trx) => {
      await sql.storePassword(trx, known.id, hash);
      await control.outbox.record(trx, 'access', {
        kind: 'password.changed',
        ts: control.clock.now(),
        user: LOCAL_OPERATOR.id,
        account: known.id,
        ended: 0,
      });
    });
  }
}
