import { accounts } from './account.ts';
import { addresses } from './address.ts';
import { Glyphs } from './glyphs.ts';
import { type Contact, type ContactKind, DEFAULT_CONTACTS } from './kind.ts';
import { phones } from './phone.ts';

/** Digits and letters of the shortest account, and letters of the shortest address, which has a dot besides. */
const ACCOUNT = 5;
const LABEL = 2;

const IS_DIGIT = 1;
const IS_LETTER = 2;
const IS_DOT = 4;

let classes: Uint8Array | undefined;

/** What each UTF-16 unit may stand for. */
function classesOfUnits(): Uint8Array {
  if (classes) return classes;
  classes = new Uint8Array(65_536);
  for (let code = 0; code < 65_536; code++) {
    const char = String.fromCharCode(code);
    // Digits and letters of the other planes.
    if (code >= 0xd800 && code <= 0xdbff) classes[code] = IS_DIGIT | IS_LETTER;
    else if (/[\p{N}〇零一壹弌二贰貳弍两兩三叁叄參四肆五伍六陆陸七柒八捌九玖幺]/u.test(char))
      classes[code] = IS_DIGIT;
    else if (/[\p{L}\u{24b6}-\u{24e9}]/u.test(char) && !/[\p{Script=Han}\p{Script=Hangul}]/u.test(char))
      classes[code] = IS_LETTER;
    else if ('.．。｡·•∙⋅点點丶◦●․'.includes(char)) classes[code] = IS_DOT;
  }
  return classes;
}

/**
 * Finds phone numbers, WeChat and QQ accounts, disguised domains and links by their shape, in time proportional to
 * the text: scanners, no patterns that go back. Not for two threads at once.
 */
export class Contacts {
  readonly #kinds: ReadonlySet<ContactKind>;
  readonly #glyphs = new Glyphs();

  constructor(kinds: readonly ContactKind[] = DEFAULT_CONTACTS) {
    this.#kinds = new Set(kinds);
  }

  /** Contacts of the kinds that are switched on, by their place, none overlapping another. */
  find(text: string): Contact[] {
    if (this.#kinds.size === 0 || !hasEnough(text)) return [];
    const glyphs = this.#glyphs.read(text);
    const found = [...accounts(glyphs), ...phones(glyphs), ...addresses(glyphs)].filter(({ kind }) =>
      this.#kinds.has(kind),
    );
    if (found.length < 2) return found;
    found.sort((a, b) => a.start - b.start || b.end - a.end);
    let end = -1;
    return found.filter((contact) => {
      if (contact.start < end) return false;
      end = contact.end;
      return true;
    });
  }
}

/** Whether there is enough in a text to look more closely: most texts are done with this. */
function hasEnough(text: string): boolean {
  const table = classesOfUnits();
  let digits = 0;
  let letters = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const is = table[text.charCodeAt(i)] as number;
    if (is === 0) continue;
    if (is & IS_DIGIT) digits++;
    if (is & IS_LETTER) letters++;
    if (is & IS_DOT) dots++;
  }
  return digits + letters >= ACCOUNT || (letters >= LABEL && dots > 0);
}
