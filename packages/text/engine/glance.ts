/** What a text has that decides which readings are worth while. */
export type Glance = { letters: boolean; numbers: boolean; leet: boolean; gaps: number };

const LETTER = 1;
const DIGIT = 2;
const NUMERAL = 4;
const SIGN = 8;
const GAP = 16;
const PLUS = 32;

const kinds = new Uint8Array(65_536);
for (let code = 0; code < 65_536; code++) {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xff21 && code <= 0xff5a))
    kinds[code] = LETTER;
  else if (
    (code >= 0xc0 && code <= 0x24f) ||
    (code >= 0x370 && code <= 0x52f) ||
    (code >= 0x1e00 && code <= 0x1eff)
  )
    kinds[code] = LETTER;
  else if ((code >= 48 && code <= 57) || (code >= 0xff10 && code <= 0xff19)) kinds[code] = DIGIT;
  // Enclosed digits, superscripts and mathematical ones, which lie beyond this plane.
  else if (
    (code >= 0x2460 && code <= 0x249b) ||
    (code >= 0x2776 && code <= 0x2793) ||
    (code >= 0x2070 && code <= 0x2089)
  )
    kinds[code] = DIGIT;
  else if (code >= 0xd800 && code <= 0xdbff) kinds[code] = LETTER | DIGIT;
}
for (const char of '〇零一壹弌二贰貳弍三叁叄參四肆五伍六陆陸七柒八捌九玖点點')
  kinds[char.charCodeAt(0)] = NUMERAL;
for (const char of '@$!+€£|') kinds[char.charCodeAt(0)] = SIGN;
for (const char of ' \n\r\t　，。！？；,.!?;、|/')
  kinds[char.charCodeAt(0)] = (kinds[char.charCodeAt(0)] as number) | GAP;

kinds['+'.charCodeAt(0)] = SIGN | PLUS;
kinds['＋'.charCodeAt(0)] = PLUS;
kinds['➕'.charCodeAt(0)] = PLUS;

/** Looks once at each UTF-16 unit. */
export function seen(text: string): Glance {
  let any = 0;
  let numerals = 0;
  let gaps = 0;
  for (let i = 0; i < text.length; i++) {
    const kind = kinds[text.charCodeAt(i)] as number;
    if (kind === 0) continue;
    any |= kind;
    if (kind & NUMERAL) numerals++;
    if (kind & GAP) gaps++;
  }
  const letters = (any & LETTER) !== 0;
  const digits = (any & DIGIT) !== 0;
  return {
    letters,
    numbers: (any & PLUS) !== 0 || numerals > 1 || (numerals > 0 && (digits || letters)),
    leet: letters && (digits || (any & SIGN) !== 0),
    gaps,
  };
}
