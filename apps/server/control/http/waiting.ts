import { Type } from 'typebox';
import { WAITING } from '../names/name.ts';
import * as contestSql from '../sql/contests.ts';
import * as nameSql from '../sql/names.ts';
import { type Route, route } from './route.ts';

/** Beyond this nobody counts: there is more to do than fits a number. */
const MOST = 100;

const Count = Type.Integer({ minimum: 0, maximum: MOST, description: `${MOST}: so many or more` });

export const waitingRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/waiting',
    summary: 'How many titles and nicknames, and how many contests, wait for a person',
    permission: 'staff',
    answer: Type.Object({ names: Count, contests: Count }),
    errors: ['database_unavailable'],
    run: ({ control }) =>
      control.database.read(async (db) => ({
        names: await nameSql.count(db, WAITING, MOST),
        contests: await contestSql.countOpen(db, MOST),
      })),
  }),
];
