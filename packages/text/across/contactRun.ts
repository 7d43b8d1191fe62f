import { characters } from '../data/characters.ts';

/** Digits and letters of the shortest account, and letters of the shortest address, which has a dot besides. */
const ACCOUNT = 5;
const LABEL = 2;
/** Units of a run that are looked at on either side: no contact is longer. */
const MAX_SIDE = 128;

const GOES_ON = 1;
const DIGIT = 2;
const LETTER = 4;
const DOT = 8;

/** Chinese characters that stand in contacts: names of the two apps, and what links them to a number (contact/account.ts). */
const LINKING = '微薇徽溦葳威信芯伩扣叩抠企鹅号群是为加搜找我名码的联系十';
const NUMERAL = /[\p{N}〇零一壹弌二贰貳弍两兩三叁叄參四肆五伍六陆陸七柒八捌九玖幺]/u;
const DOTS = '.．。｡·•∙⋅点點丶◦●․';

let kinds: Uint8Array | undefined;

/** What each UTF-16 unit may be in a contact; 0 where none goes over it. */
function kindsOfUnits(): Uint8Array {
  if (kinds) return kinds;
  kinds = new Uint8Array(65_536);
  const { simple } = characters();
  for (let code = 0; code < 65_536; code++) {
    const char = String.fromCharCode(code);
    let kind = 0;
    if (code >= 0xd800 && code <= 0xdbff) kind = GOES_ON | DIGIT | LETTER;
    else if (NUMERAL.test(char)) kind = GOES_ON | DIGIT;
    else if (DOTS.includes(char)) kind = GOES_ON | DOT;
    else if (!/[\p{Script=Han}\p{Script=Hangul}]/u.test(char))
      kind = /[\p{L}\u{24b6}-\u{24e9}]/u.test(char) ? GOES_ON | LETTER : GOES_ON;
    else if (LINKING.includes(simple.get(char) ?? char)) kind = GOES_ON;
    kinds[code] = kind;
  }
  return kinds;
}

/**
 * Whether a contact may lie over the place `seam` of a text: whether what stands around it, up to the next character
 * that no contact has on either side, has letters or digits enough, and some of it on both sides.
 */
export function contactMeets(text: string, seam: number): boolean {
  const table = kindsOfUnits();
  let digits = 0;
  let letters = 0;
  let dots = 0;
  for (const step of [-1, 1]) {
    const first = step === 1 ? seam : seam - 1;
    let content = false;
    for (let i = first; i >= 0 && i < text.length && Math.abs(i - seam) < MAX_SIDE; i += step) {
      const kind = table[text.charCodeAt(i)] as number;
      if (kind === 0) break;
      if (kind & DIGIT) digits++;
      if (kind & LETTER) letters++;
      if (kind & DOT) dots++;
      content ||= (kind & (DIGIT | LETTER | DOT)) !== 0 || text.charCodeAt(i) >= 0x2e80;
    }
    if (!content) return false;
  }
  return digits + letters >= ACCOUNT || (letters >= LABEL && dots > 0);
}
