import { Type } from 'typebox';
import type { HeldName } from '../names/name.ts';

/** That a title or nickname waits for a person, in the answer to who set it. */
export const Pending = Type.Optional(
  Type.Object(
    { id: Type.String(), state: Type.Literal('held'), category: Type.String() },
    { description: 'the name waits for a person: the old one stays until it is released, see /api/me/names' },
  ),
);

export const pendingOf = ({ id, category }: HeldName) => ({ id, state: 'held' as const, category });
