import { type DanmakuDoor, Room, type Transport, Watch } from '@weir/look';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useAccount } from '../account/session.tsx';
import { api } from '../api.ts';
import { ownMessages } from './ownMessages.ts';

const NONE: readonly Transport[] = [];

/** A broadcast being watched and its room, joined: what the room hears, the player shows. */
export type RoomHandle = {
  watch: Watch;
  room: Room | undefined;
  onDanmaku: (door: DanmakuDoor | undefined) => void;
};

/** Watches a broadcast for as long as the component is there; a sign-in gives the room another name. */
export function useRoom(id: string, without: readonly Transport[] = NONE): RoomHandle {
  const { user } = useAccount();
  const watch = useMemo(() => new Watch({ api, id, without }), [id, without]);
  const door = useRef<DanmakuDoor>(undefined);
  const [room, setRoom] = useState<Room>();
  /** Grows when a broadcast comes back after a cut: its old room is over. */
  const [life, setLife] = useState(0);
  const me = user === undefined ? undefined : (user?.id ?? null);
  const nickname = user?.nickname ?? '';

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new life is a new room.
  useEffect(() => {
    if (me === undefined) return;
    const made = new Room({
      me: me === null ? undefined : { id: me, nickname },
      url: async () => (await watch.tickets.get()).room,
      listener: {
        onMessage: (message, fresh) => {
          if (fresh) door.current?.add(message, message.user.id === me);
        },
        onRecall: (message) => door.current?.remove(message),
        onGate: (gate) => watch.onGate(gate),
        onCut: (reason, clause) => watch.onCut(reason, clause),
        onOnline: (n) => watch.onOnline(n),
        onBroken: () => watch.lookNow(),
        onAlone: () => recall(),
      },
    });
    let left = false;
    // What a person answered, or the service tells, of messages before; without it the room is whole.
    const recall = (): void => {
      if (me === null) return;
      ownMessages(id, { id: me, nickname }).then(
        (lines) => {
          if (!left) made.remember(lines);
        },
        () => undefined,
      );
    };
    // The ticket of whoever was here before names another person.
    watch.tickets.drop();
    made.open();
    setRoom(made);
    recall();
    return () => {
      left = true;
      made.close();
    };
  }, [watch, id, me, nickname, life]);

  useEffect(() => {
    let wasCut = watch.store.get().cut !== undefined;
    if (wasCut) room?.halt();
    return watch.store.subscribe(() => {
      const isCut = watch.store.get().cut !== undefined;
      if (isCut && !wasCut) room?.halt();
      if (wasCut && !isCut) setLife((n) => n + 1);
      wasCut = isCut;
    });
  }, [watch, room]);

  const onDanmaku = useCallback((made: DanmakuDoor | undefined) => {
    door.current = made;
  }, []);
  return { watch, room, onDanmaku };
}
