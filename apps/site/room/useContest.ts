import type { Room } from '@weir/look';
import { useCallback } from 'react';
import { api } from '../api.ts';

/** Asks a person to look again at what was refused; how far that is stands under it. */
export function useContest(room: Room | undefined): (id: string) => void {
  return useCallback(
    (id: string) => {
      room?.contested(id, { state: 'asking' });
      api.post(`/api/messages/${encodeURIComponent(id)}/contest`, {}).then(
        () => room?.contested(id, { state: 'open' }),
        (error: unknown) => room?.contested(id, { state: 'failed', error }),
      );
    },
    [room],
  );
}
