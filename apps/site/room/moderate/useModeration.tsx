import type { Broadcast, Line } from '@weir/look';
import { lazy, type ReactElement, Suspense, useCallback, useState } from 'react';
import { useAccount } from '../../account/session.tsx';

// Few moderate: their dialogs come when they are opened.
const Moderate = lazy(async () => ({ default: (await import('./Moderate.tsx')).Moderate }));
const PersonSheet = lazy(async () => ({ default: (await import('./PersonSheet.tsx')).PersonSheet }));

/** What moderators have in a room: a way to all of it, a way to each person, and the dialog that is open. */
export type Moderation = {
  open: (() => void) | undefined;
  person: ((line: Line) => void) | undefined;
  dialog: ReactElement | undefined;
};

/** Nothing for whoever does not moderate the room. */
export function useModeration(broadcast: Broadcast | undefined): Moderation {
  const { user } = useAccount();
  const [shown, setShown] = useState<'all' | Line>();
  const close = useCallback(() => setShown(undefined), []);
  const all = useCallback(() => setShown('all'), []);
  if (!broadcast?.moderates || !user) return { open: undefined, person: undefined, dialog: undefined };
  const owns =
    broadcast.publisher.id === user.id || user.roles.includes('reviewer') || user.roles.includes('admin');
  return {
    open: all,
    person: setShown,
    dialog: shown && (
      <Suspense>
        {shown === 'all' ? (
          <Moderate room={broadcast.id} owns={owns} onClose={close} />
        ) : (
          <PersonSheet key={shown.key} room={broadcast.id} line={shown} owns={owns} onClose={close} />
        )}
      </Suspense>
    ),
  };
}
