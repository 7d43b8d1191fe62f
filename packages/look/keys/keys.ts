import { type Chord, chordOf } from './chord.ts';

/**
 * What a chord does. `repeats` is for movement only: a held key moves again and again, but acts once.
 * `release` is for what lasts as long as the key is held. `inFields` is for chords that nobody types.
 */
export type Binding = {
  chord: Chord;
  press: () => void;
  release?: () => void;
  repeats?: boolean;
  inFields?: boolean;
};

/**
 * The one key handler of a page. It hears nothing while an input method composes, in fields, or when
 * another handler has taken the event; when two bindings match a chord, none fires.
 */
export class Keys {
  readonly #bindings = new Set<Binding>();
  /** Held keys by code, so that a release finds its press although Shift was let go first. */
  readonly #held = new Map<string, () => void>();
  enabled = true;

  /** Adds bindings; returns how to take them away. */
  bind(...bindings: Binding[]): () => void {
    for (const one of bindings) this.#bindings.add(one);
    return () => {
      for (const one of bindings) this.#bindings.delete(one);
    };
  }

  /** Listens on a page; returns how to stop. A page that loses focus lets every held key go. */
  listen(target: Window): () => void {
    const down = (event: KeyboardEvent): void => this.#down(event);
    const up = (event: KeyboardEvent): void => this.#up(event.code);
    const away = (): void => this.letGo();
    target.addEventListener('keydown', down);
    target.addEventListener('keyup', up);
    target.addEventListener('blur', away);
    return () => {
      target.removeEventListener('keydown', down);
      target.removeEventListener('keyup', up);
      target.removeEventListener('blur', away);
      this.letGo();
    };
  }

  /** Ends everything that lasts as long as a key is held. */
  letGo(): void {
    const releases = [...this.#held.values()];
    this.#held.clear();
    for (const release of releases) release();
  }

  #down(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const chord = chordOf(event);
    if (!chord) return;
    const inField = isField(event.target);
    const matches = [...this.#bindings].filter(
      (one) => one.chord === chord && (!inField || one.inFields === true),
    );
    const [binding] = matches;
    if (!binding || matches.length > 1) return;
    const typed = !chord.startsWith('Mod+') && chord !== 'Escape';
    if (typed && !this.enabled) return;
    event.preventDefault();
    if (event.repeat && !binding.repeats) return;
    if (binding.release) this.#held.set(event.code, binding.release);
    binding.press();
  }

  #up(code: string): void {
    const release = this.#held.get(code);
    this.#held.delete(code);
    release?.();
  }
}

const CLICKED = new Set(['button', 'checkbox', 'radio', 'submit', 'reset', 'image']);

/** True where typing belongs to the element: text fields, selects, editable text. */
export function isField(target: unknown): boolean {
  const element = target as Partial<HTMLInputElement> | null;
  switch (element?.tagName) {
    case 'INPUT':
      return !CLICKED.has(element.type ?? 'text');
    case 'TEXTAREA':
    case 'SELECT':
      return true;
    default:
      return element?.isContentEditable === true;
  }
}
