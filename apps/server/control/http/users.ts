import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { changeAccount, createAccount } from '../accounts.ts';
import type { HeldName } from '../names/name.ts';
import type { Person } from '../people.ts';
import { Pending, pendingOf } from './pending.ts';
import { type Route, route } from './route.ts';
import { Account, list, oneLine, Password, Roles } from './schema.ts';

const Shown = Type.Object({
  id: Type.String(),
  account: Type.String(),
  nickname: Type.String(),
  roles: Type.Array(Type.String()),
  demo: Type.Boolean(),
  disabled: Type.Boolean(),
  pending: Pending,
});
const Nickname = oneLine(64);
const shown = ({
  person: { id, account, nickname, roles, demo, disabled },
  held,
}: {
  person: Person;
  held?: HeldName;
}) => ({
  id,
  account,
  nickname,
  roles,
  demo,
  disabled,
  ...(held ? { pending: pendingOf(held) } : {}),
});

export const userRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/users',
    summary: 'Accounts and their roles',
    permission: 'admin',
    answer: list(Shown),
    run: ({ control }) => ({ items: control.people.all().map((person) => shown({ person })) }),
  }),
  route({
    method: 'POST',
    url: '/api/users',
    summary: 'Create an account',
    permission: 'admin',
    body: Type.Object({
      account: Account,
      nickname: Type.Optional(Nickname),
      password: Type.Intersect([Password, Type.String({ minLength: 8 })]),
      roles: Roles,
    }),
    answer: Shown,
    status: 201,
    errors: ['conflict', 'content_refused', 'busy', 'storage_failed', 'database_unavailable'],
    records: 'access',
    run: async ({ control, actor, body }) => {
      if (!actor) throw new Problem('sign_in');
      return shown(await createAccount(control, body, actor));
    },
  }),
  route({
    method: 'PATCH',
    url: '/api/users/:id',
    summary: 'Change nickname or roles, or disable an account: its sessions end at once',
    permission: 'admin',
    about: 'person',
    body: Type.Object({
      nickname: Type.Optional(Nickname),
      roles: Type.Optional(Roles),
      disabled: Type.Optional(Type.Boolean()),
    }),
    answer: Shown,
    errors: ['content_refused', 'storage_failed', 'database_unavailable'],
    records: 'access',
    run: async ({ control, actor, person, body }) => {
      if (!actor) throw new Problem('sign_in');
      return shown(await changeAccount(control, person, body, actor));
    },
  }),
];
