import { type Action, danmakuSettings, toggleFullscreen, type Watch } from '@weir/look';

/** What a key can do in a room. */
export type RoomContext = { watch: Watch };

/** The player of the page; there is one. */
const player = (): HTMLElement | null => document.querySelector<HTMLElement>('[data-weir-state]');

export const ROOM_ACTIONS: readonly Action<RoomContext>[] = [
  {
    id: 'room.sound',
    label: 'room.action.sound',
    group: 'player.group',
    key: 'KeyM',
    run: ({ watch }) => watch.setMuted(!watch.store.get().muted),
  },
  {
    id: 'room.pause',
    label: 'room.action.pause',
    group: 'player.group',
    key: 'KeyP',
    run: ({ watch }) => watch.setPaused(!watch.store.get().paused),
  },
  {
    id: 'room.danmaku',
    label: 'room.action.danmaku',
    group: 'player.group',
    key: 'KeyD',
    run: () => danmakuSettings().patch({ shown: !danmakuSettings().get().shown }),
  },
  {
    id: 'room.fullscreen',
    label: 'room.action.fullscreen',
    group: 'player.group',
    key: 'KeyF',
    run: () => {
      const element = player();
      if (element) toggleFullscreen(element);
    },
  },
  {
    id: 'room.reload',
    label: 'player.reload',
    group: 'player.group',
    key: 'KeyR',
    run: ({ watch }) => watch.reconnect(),
  },
  {
    id: 'room.say',
    label: 'room.action.say',
    group: 'chat.title',
    key: 'Slash',
    run: () => document.querySelector<HTMLInputElement>('.composer input')?.focus(),
  },
];
