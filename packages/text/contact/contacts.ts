import { accounts } from './account.ts';
import { addresses } from './address.ts';
import { Glyphs } from './glyphs.ts';
import { type Contact, type ContactKind, DEFAULT_CONTACTS } from './kind.ts';
import { phones } from './phone.ts';

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

  /**
   * Contacts of the kinds that are switched on, by their place, none overlapping another. Worth asking where a glance
   * at the text says `contact`.
   */
  find(text: string): Contact[] {
    if (this.#kinds.size === 0) return [];
    const glyphs = this.#glyphs.read(text);
    const named = accounts(glyphs);
    const called = phones(glyphs);
    const addressed = addresses(glyphs);
    if (named.length + called.length + addressed.length === 0) return named;
    const found = [...named, ...called, ...addressed].filter(({ kind }) => this.#kinds.has(kind));
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
