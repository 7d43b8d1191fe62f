import type { Line, Room } from '@weir/look';
import { useCallback } from 'react';
import { api } from '../api.ts';

/** Asks a person to look again at one's own message; how far that is stands under it. */
export function useContest(room: Room | undefined): (line: Line) => void {
  return useCallback(
    (line: Line) => {
      const { id } = line;
      if (id === undefined) return;
      room?.contested(id, { state: 'asking' });
      api.post(`/api/messages/${encodeURIComponent(id)}/contest`, {}).then(
        () => room?.contested(id, { state: 'open' }),
        (error: unknown) => room?.contested(id, { state: 'failed', error }),
      );
    },
    [room],
  );
}
