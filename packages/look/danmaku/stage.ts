import { Lanes } from './lanes.ts';
import { type DanmakuSettings, SIZES } from './settings.ts';

/** Time to cross the picture; LOOK says 8 s at most. */
const CROSSING_MS = 7_500;
/** The first lane lies below the mark, px. */
const TOP_PX = 28;
/** Texts over the picture and waiting for theirs at once; more are for the list. */
const FLYING_MOST = 60;
const WAITING_MOST = 200;
/** What of a text is shown over the picture, code points. */
const TEXT_MOST = 100;

/**
 * Lets texts fly over a picture. Each is one element moved by one animation of the browser's compositor, so
 * that a hundred cost the page nothing per frame. With less motion wished for, nothing flies.
 */
export class Stage {
  readonly #host: HTMLElement;
  readonly #lanes = new Lanes();
  readonly #flying = new Map<HTMLElement, { id: string; animation: Animation }>();
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  #settings: DanmakuSettings;

  constructor(host: HTMLElement, settings: DanmakuSettings) {
    this.#host = host;
    this.#settings = settings;
  }

  set settings(settings: DanmakuSettings) {
    this.#settings = settings;
    if (!settings.shown) this.clear();
  }

  /** Shows `text` after `waitMs`; silently not where the stage is full, hidden or still. */
  add(id: string, text: string, waitMs: number, own: boolean): void {
    if (!this.#settings.shown || this.#still.matches) return;
    if (this.#waiting.has(id) || this.#waiting.size >= WAITING_MOST) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      this.#fly(id, text, own);
    }, waitMs);
    this.#waiting.set(id, timer);
  }

  /** A recalled message is gone from the picture too. */
  remove(id: string): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
    for (const [element, flight] of this.#flying) if (flight.id === id) this.#land(element);
  }

  /** Everything goes: the picture went, or the person wants none. */
  clear(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    for (const element of [...this.#flying.keys()]) this.#land(element);
    this.#lanes.clear();
  }

  #fly(id: string, text: string, own: boolean): void {
    if (document.visibilityState === 'hidden' || this.#flying.size >= FLYING_MOST) return;
    const { clientWidth: width, clientHeight: height } = this.#host;
    const size = SIZES[this.#settings.size];
    const lineHeight = Math.round(size * 1.75);
    const share = this.#settings.area === 'half' ? 0.5 : 0.25;
    const lanes = Math.max(1, Math.floor((height * share - TOP_PX) / lineHeight));
    const element = document.createElement('span');
    element.className = own ? 'danmaku danmaku-own' : 'danmaku';
    element.dataset['weirDanmaku'] = id;
    element.textContent = Array.from(text).slice(0, TEXT_MOST).join('');
    element.style.fontSize = `${size}px`;
    this.#host.append(element);
    const flight = this.#lanes.place(lanes, element.offsetWidth, width, CROSSING_MS, performance.now());
    if (!flight) {
      element.remove();
      return;
    }
    element.style.top = `${flight.lane * lineHeight + TOP_PX}px`;
    const animation = element.animate(
      [{ transform: `translateX(${width}px)` }, { transform: `translateX(${-flight.widthPx}px)` }],
      { duration: CROSSING_MS, easing: 'linear', fill: 'both' },
    );
    this.#flying.set(element, { id, animation });
    animation.onfinish = () => this.#land(element);
  }

  #land(element: HTMLElement): void {
    this.#flying.get(element)?.animation.cancel();
    this.#flying.delete(element);
    element.remove();
  }
}
