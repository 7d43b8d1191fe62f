import { Contacts } from '../contact/contacts.ts';
import { CONTACT_CATEGORY, type Contact, type ContactKind, DEFAULT_CONTACTS } from '../contact/kind.ts';
import { Guesser } from '../guess/guesser.ts';
import { isBound } from '../guess/nature.ts';
import { Sieve } from '../guess/sieve.ts';
import { Surroundings } from '../guess/surroundings.ts';
import { isTermAt, termCategory, termContexts, termSeverity, termText } from '../lexicon/table.ts';
import { Hits } from '../matcher/hits.ts';
import { scan } from '../matcher/scan.ts';
import { type Fold, foldOf, type Reading } from '../normalise/fold.ts';
import { View } from '../normalise/view.ts';
import { BIT, type StageMask, stageNames } from '../stage.ts';
import { Allowances } from './allowances.ts';
import { readColumns } from './column.ts';
import { assertHeld, type Compiled, NUMBER_KEY } from './compile.ts';
import { isApart, isTornApart, marksAfter, toneAfter } from './edges.ts';
import { type Found, PLAIN, plainestOf } from './found.ts';
import { kernelFor } from './kernelFor.ts';
import { isStuffed, readBare } from './stuffed.ts';
import {
  DEFAULT_THRESHOLDS,
  type Hit,
  stricter,
  type Thresholds,
  type Verdict,
  verdictOf,
} from './verdict.ts';
import { gapStages, places } from './verify.ts';

/** What a text comes to; `whole` is false where guessing was cut short to stay in its time. */
export type Result = { verdict: Verdict; hits: Hit[]; whole: boolean };

/** A hit that an allow term, or a context of its own term, explains away: which, and where that stands. */
export type Overruled = { term: string; start: number; end: number; overrules: Hit };

const NO_CONTACTS: readonly Contact[] = [];
const PASS: Result = { verdict: 'pass', hits: [], whole: true };
/** Hits of one text that are looked at. */
const MAX_HITS = 1_000;

/**
 * Searches texts for the terms of one compiled lexicon. Not for two threads at once: it keeps its arrays.
 * @example new Engine(compile(parseLexicon('term\nabc'))).check('a-b-c').hits[0].stages // ['filler']
 */
export class Engine {
  readonly compiled: Compiled;
  readonly #thresholds: Thresholds;
  readonly #folds: Record<Reading, Fold | undefined>;
  readonly #views: Record<Reading, View | undefined>;
  readonly #columns: View;
  readonly #bare: View;
  readonly #term: Record<'plain' | 'number', View>;
  readonly #hits = new Hits();
  /** Both undefined where nothing is guessed at. */
  readonly #sieve: Sieve | undefined;
  readonly #guesser: Guesser | undefined;
  readonly #around = new Surroundings();
  readonly #contacts: Contacts | undefined;
  readonly #allowances: Allowances;
  readonly #found: Found[] = [];
  /** Set where a text has more hits than are looked at. */
  #full = false;
  /** Set while somebody asks why a hit was left out. */
  #noted: Overruled[] | undefined;

  /** `contacts`: kinds that are looked for where the stage `contact` is switched on, lexicon or not. */
  constructor(
    compiled: Compiled,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    contacts: readonly ContactKind[] = DEFAULT_CONTACTS,
  ) {
    const { mask } = compiled;
    if (mask & BIT.contact) this.#contacts = new Contacts(contacts);
    this.compiled = compiled;
    this.#thresholds = thresholds;
    const collapse = (mask & BIT.repeat) !== 0;
    const plain = foldOf(mask);
    const number = compiled.hasNumbers && mask & BIT.numeral ? foldOf(mask, 'number') : undefined;
    const leet = compiled.hasLetters && mask & BIT.leet ? foldOf(mask, 'leet') : undefined;
    this.#folds = { plain, number, leet };
    const kernel = kernelFor(compiled, plain);
    this.#views = {
      plain: new View(plain, collapse, kernel),
      number: number && new View(number, collapse),
      leet: leet && new View(leet, collapse),
    };
    this.#columns = new View(plain, false);
    this.#bare = new View(plain, collapse);
    this.#term = { plain: new View(plain, collapse), number: new View(number ?? plain, collapse) };
    this.#allowances = new Allowances(compiled, plain, this.#term.plain, (term) =>
      termText(compiled.terms, term),
    );
    const { near, heard, heardTerm, starts, crowd } = compiled;
    if (near && heard && starts) {
      const terms = {
        heard,
        heardTerm,
        starts,
        near,
        crowd,
        mask,
        termView: (at: number) => this.#heardView(at),
      };
      this.#sieve = new Sieve(near, starts, kernel);
      this.#guesser = new Guesser(terms, this.#sieve, this.#around);
    }
  }

  /** Bytes that the compiled lexicon takes. */
  get bytes(): number {
    return this.compiled.bytes;
  }

  get thresholds(): Thresholds {
    return this.#thresholds;
  }

  /**
   * Judges a text. `now`, wall ms, decides which terms are in force; every hit needs the stages `also` besides its own.
   * A text without a hit costs about a microsecond.
   * @throws Error where the memory of the lexicon was given back
   */
  check(text: string, now?: number, also: StageMask = 0): Result {
    assertHeld(this.compiled);
    const { mask, plain: trie, near } = this.compiled;
    if ((also & ~mask) !== 0) return PASS;
    const view = (this.#views.plain as View).read(text);
    const { glance } = view;
    this.#found.length = 0;
    this.#full = false;
    this.#sieve?.read(view, this.#around);
    this.#search(view, 'plain', 1);
    if (this.#views.number && glance.numbers) this.#search(this.#views.number.read(text), 'number', 1);
    if (this.#views.leet && glance.leet) this.#search(this.#views.leet.read(text), 'leet', 1);
    if (mask & BIT.reversed) this.#search(view, 'plain', -1);
    if (mask & BIT.column && glance.gaps > 1 && trie.longest > 2 && readColumns(text, view, this.#columns))
      this.#searchColumns();
    if (mask & BIT.filler && near && this.#sieve)
      if (readBare(text, view, this.#bare, near, this.#sieve.isStuffed ? this.#around : undefined))
        this.#searchBare(view, this.#sieve);
    const read = this.#guesser?.run(view, glance.letters, this.#guessed) ?? true;
    // What lies behind the last hit that is looked at is not read.
    const whole = read && !this.#full;
    const contacts = glance.contact && this.#contacts ? this.#contacts.find(text) : NO_CONTACTS;
    if (this.#found.length === 0 && contacts.length === 0 && whole) return PASS;
    return this.#conclude(now ?? Date.now(), whole, also, contacts);
  }

  /** The same as `check`, and what allow terms and contexts have overruled. */
  explain(text: string, now?: number): Result & { overruled: Overruled[] } {
    const overruled: Overruled[] = [];
    this.#noted = overruled;
    try {
      return { ...this.check(text, now), overruled };
    } finally {
      this.#noted = undefined;
    }
  }

  #termView(entry: number): View {
    const i = entry & ~NUMBER_KEY;
    return (entry & NUMBER_KEY ? this.#term.number : this.#term.plain).read(termText(this.compiled.terms, i));
  }

  /** The symbols and runs of a term. */
  #heardView(term: number): View {
    const view = this.#term.plain;
    const { units, ends } = this.compiled.terms.term;
    const from = term === 0 ? 0 : (ends[term - 1] as number);
    return view.readUnits(units, from, ends[term] as number) ? view : this.#termView(term);
  }

  #search(view: View, reading: Reading, step: 1 | -1): void {
    const hits = this.#hits;
    const { plain: trie, entry } = this.compiled;
    hits.clear();
    if (reading === 'plain' && this.#sieve) this.#sieve.follow(trie, view, hits, step, MAX_HITS);
    else if (this.#sieve) this.#sieve.scan(trie, view, hits, MAX_HITS);
    else scan(trie, view, hits, step, MAX_HITS);
    this.#full ||= hits.length >= MAX_HITS;
    for (let h = 0; h < hits.length; h++) {
      const group = hits.data[3 * h] as number;
      const first = hits.data[3 * h + 1] as number;
      const last = hits.data[3 * h + 2] as number;
      if (step === -1 && !this.#isOdd(view, last, first)) continue;
      for (let m = trie.groupStart[group] as number; m < (trie.groupStart[group + 1] as number); m++)
        this.#verify(view, reading, first, last, entry[trie.members[m] as number] as number);
    }
  }

  #verify(view: View, reading: Reading, first: number, last: number, entry: number): void {
    const from = view.start[first] as number;
    const to = view.end[last] as number;
    if (first <= last && isTermAt(this.compiled.terms, entry & ~NUMBER_KEY, view.text, from, to)) {
      this.#found.push({ term: entry & ~NUMBER_KEY, start: from, end: to, mask: 0 });
      return;
    }
    const term = this.#termView(entry);
    const fold = this.#folds[reading] as Fold;
    for (const { start, end, mask } of places(view, first, last, term, fold)) {
      if ((mask & ~this.compiled.mask) !== 0) continue;
      if ((mask & ~PLAIN) !== 0 && !isApart(view.text, start, end)) continue;
      if (mask & BIT.filler && (mask & BIT.reversed) === 0 && isTornApart(view, first, last)) continue;
      this.#found.push({
        term: entry & ~NUMBER_KEY,
        start,
        end: marksAfter(view.text, end, mask, fold),
        mask,
      });
    }
  }

  #add(found: Found): void {
    if (this.#found.length < MAX_HITS) this.#found.push(found);
    else this.#full = true;
  }

  /** Backwards, words in daily use are not meant: at least one symbol must make no word with its neighbours. */
  #isOdd(view: View, first: number, last: number): boolean {
    let loose = 0;
    for (let u = first; u <= last; u++) if (!isBound(view, u)) loose++;
    return last - first > 1 ? loose > 0 : loose > 1;
  }

  #searchColumns(): void {
    const hits = this.#hits;
    const { plain: trie, entry } = this.compiled;
    hits.clear();
    if (this.#sieve) this.#sieve.scanLong(trie, this.#columns, hits, MAX_HITS);
    else scan(trie, this.#columns, hits, 1, MAX_HITS);
    this.#full ||= hits.length >= MAX_HITS;
    const { start, end } = this.#columns;
    for (let h = 0; h < hits.length; h++) {
      const [group = 0, first = 0, last = 0] = hits.data.subarray(3 * h, 3 * h + 3);
      if (last - first < 2) continue;
      const from = start[first] as number;
      const to = end[last] as number;
      for (let m = trie.groupStart[group] as number; m < (trie.groupStart[group + 1] as number); m++)
        this.#add({
          term: (entry[trie.members[m] as number] as number) & ~NUMBER_KEY,
          start: from,
          end: to,
          mask: BIT.column,
        });
    }
  }

  /** Terms of three characters and more with letters, digits or strokes put between. */
  #searchBare(view: View, sieve: Sieve): void {
    const hits = this.#hits;
    const bare = this.#bare;
    const { plain: trie, entry } = this.compiled;
    const fold = this.#folds.plain as Fold;
    hits.clear();
    sieve.scanLong(trie, bare, hits, MAX_HITS);
    this.#full ||= hits.length >= MAX_HITS;
    for (let h = 0; h < hits.length; h++) {
      const [group = 0, first = 0, last = 0] = hits.data.subarray(3 * h, 3 * h + 3);
      if (last - first < 2 || !isStuffed(view, bare, first, last)) continue;
      for (let m = trie.groupStart[group] as number; m < (trie.groupStart[group + 1] as number); m++) {
        const term = entry[trie.members[m] as number] as number;
        for (const { start, end, mask } of places(bare, first, last, this.#termView(term), fold))
          if ((mask & ~this.compiled.mask) === 0)
            this.#add({ term: term & ~NUMBER_KEY, start, end, mask: mask | BIT.filler });
      }
    }
  }

  readonly #guessed = (term: number, first: number, last: number, needs: StageMask): void => {
    const view = this.#views.plain as View;
    const fold = this.#folds.plain as Fold;
    let mask = needs;
    for (let u = first; u < last; u++)
      if (view.end[u] !== view.start[u + 1])
        mask |= gapStages(fold, view.text.slice(view.end[u], view.start[u + 1]));
    for (let u = first; u <= last; u++)
      if ((view.run[u] as number) > 1 && (needs & BIT.pinyin) === 0) mask |= BIT.repeat;
    if (mask & BIT.filler && last - first < 3 && isTornApart(view, first, last)) return;
    const spoken = toneAfter(view.text, view.end[last] as number);
    const end = marksAfter(view.text, spoken, mask, fold);
    this.#add({ term, start: view.start[first] as number, end, mask });
  };

  /** Leaves out what is not in force, what a plainer hit already says, and what allow terms explain. */
  #conclude(now: number, read: boolean, also: StageMask, contacts: readonly Contact[]): Result {
    const { terms } = this.compiled;
    const denied = plainestOf(
      this.#found.filter(({ term, mask }) => {
        const stages = terms.stages[term] as number;
        return (
          ((mask | also) & ~stages) === 0 &&
          now >= (terms.from[term] as number) &&
          now < (terms.to[term] as number)
        );
      }),
    );
    const whole = this.#allowances.read(this.#views.plain as View, now) && read;
    let verdict: Verdict = whole ? 'pass' : 'hold';
    const hits: Hit[] = [];
    for (const hit of denied) {
      if (this.#overruled(hit)) continue;
      const found = this.#hitOf(hit, also);
      verdict = stricter(
        verdict,
        verdictOf(found.severity, hit.mask | also, found.category, this.#thresholds),
      );
      hits.push(found);
    }
    for (const contact of contacts) {
      const mask = contact.mask | also;
      if ((mask & ~this.compiled.mask) !== 0 || this.#allowances.over(contact)) continue;
      if (denied.some((hit) => hit.start <= contact.start && hit.end >= contact.end)) continue;
      verdict = stricter(verdict, contactVerdict(mask, this.#thresholds));
      hits.push(contactHit(contact, mask));
    }
    return { verdict, hits, whole };
  }

  /** Whether an allow term or the term's own context lies over a hit; noted where somebody asked why. */
  #overruled(hit: Found): boolean {
    const { terms } = this.compiled;
    const allow = this.#allowances.over(hit);
    const by = allow
      ? { term: termText(terms, allow.term), start: allow.start, end: allow.end }
      : terms.contextEnd.length > 0
        ? this.#allowances.context(this.#views.plain as View, termContexts(terms, hit.term), hit)
        : undefined;
    if (!by) return false;
    this.#noted?.push({ ...by, overrules: this.#hitOf(hit, 0) });
    return true;
  }

  #hitOf({ term, start, end, mask }: Found, also: StageMask): Hit {
    const { terms } = this.compiled;
    return {
      term: termText(terms, term),
      category: termCategory(terms, term),
      start,
      end,
      stages: stageNames(mask | also),
      severity: termSeverity(terms, term),
    };
  }
}

/** Mild enough that a threshold of its category can let it pass; nobody listed it, so that a person decides at most. */
const CONTACT_SEVERITY = 2;

const contactVerdict = (mask: StageMask, thresholds: Thresholds): Verdict =>
  verdictOf(CONTACT_SEVERITY, mask, CONTACT_CATEGORY, thresholds) === 'pass' ? 'pass' : 'hold';

const contactHit = ({ kind, plain, start, end }: Contact, mask: StageMask): Hit => ({
  term: plain,
  category: CONTACT_CATEGORY,
  start,
  end,
  stages: stageNames(mask),
  severity: CONTACT_SEVERITY,
  contact: kind,
});
