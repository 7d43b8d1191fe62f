import { Store } from '../store.ts';

/** How danmaku lies over the picture; kept in this browser. */
export type DanmakuSettings = {
  shown: boolean;
  size: 'small' | 'large';
  area: 'quarter' | 'half';
  /** 0.2 to 1. */
  opacity: number;
};

const STORE = 'weir.danmaku';
const FIRST: DanmakuSettings = { shown: true, size: 'small', area: 'half', opacity: 1 };

function read(): DanmakuSettings {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<DanmakuSettings>;
    return {
      shown: kept.shown !== false,
      size: kept.size === 'large' ? 'large' : 'small',
      area: kept.area === 'quarter' ? 'quarter' : 'half',
      opacity:
        typeof kept.opacity === 'number' && kept.opacity >= 0.2 && kept.opacity <= 1 ? kept.opacity : 1,
    };
  } catch {
    return FIRST;
  }
}

let store: Store<DanmakuSettings> | undefined;

/** The settings of this browser, one store for the page. */
export function danmakuSettings(): Store<DanmakuSettings> {
  if (!store) {
    store = new Store(read());
    const kept = store;
    kept.subscribe(() => {
      try {
        localStorage.setItem(STORE, JSON.stringify(kept.get()));
      } catch {
        // They hold until the page is left.
      }
    });
  }
  return store;
}

/** Font sizes in px. */
export const SIZES: Readonly<Record<DanmakuSettings['size'], number>> = { small: 16, large: 24 };
