import { type ReactElement, useEffect, useRef, useSyncExternalStore } from 'react';
import { serverNow } from '../clock.ts';
import type { Message } from '../room/event.ts';
import './danmaku.css';
import { danmakuSettings } from './settings.ts';
import { Stage } from './stage.ts';
import { waitMs } from './timing.ts';

/** What a page uses to put messages over the picture. */
export type DanmakuDoor = {
  add(message: Message, own: boolean): void;
  remove(id: string): void;
  clear(): void;
};

/**
 * The layer over the picture. Not for screen readers: they have the list. `door` is called once with the
 * way in; `watch` tells the time of the picture.
 */
export function DanmakuStage(props: {
  watch: { ptsMs(): number | undefined; wallMs(): number | undefined };
  dark: boolean;
  onReady: (door: DanmakuDoor | undefined) => void;
}): ReactElement {
  const { watch, onReady, dark } = props;
  const host = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage>(undefined);
  const store = danmakuSettings();
  const settings = useSyncExternalStore(store.subscribe, store.get);
  useEffect(() => {
    if (!host.current) return;
    const made = new Stage(host.current, store.get());
    stage.current = made;
    onReady({
      add(message, own) {
        const wait = waitMs(message, watch.ptsMs(), watch.wallMs(), serverNow());
        if (wait !== undefined) made.add(message.id, message.text, wait, own);
      },
      remove: (id) => made.remove(id),
      clear: () => made.clear(),
    });
    return () => {
      onReady(undefined);
      made.clear();
    };
  }, [watch, onReady, store]);
  useEffect(() => {
    if (stage.current) stage.current.settings = settings;
  }, [settings]);
  useEffect(() => {
    if (dark) stage.current?.clear();
  }, [dark]);
  return (
    <div ref={host} className="danmaku-stage" aria-hidden="true" style={{ opacity: settings.opacity }} />
  );
}
