/** Bopomofo (Unicode block 3100–312F) letters of Mandarin: ㄅ to ㄩ. */
export const FIRST_BOPOMOFO = 0x3105;
export const LAST_BOPOMOFO = 0x3129;

const pairsOf = (text: string): Map<string, string> =>
  new Map(text.split(' ').map((entry) => entry.split('=') as [string, string]));

const INITIALS = pairsOf(
  'zh=ㄓ ch=ㄔ sh=ㄕ b=ㄅ p=ㄆ m=ㄇ f=ㄈ d=ㄉ t=ㄊ n=ㄋ l=ㄌ g=ㄍ k=ㄎ h=ㄏ j=ㄐ q=ㄑ x=ㄒ r=ㄖ z=ㄗ c=ㄘ s=ㄙ',
);
const FINALS = pairsOf(
  'a=ㄚ o=ㄛ e=ㄜ ai=ㄞ ei=ㄟ ao=ㄠ ou=ㄡ an=ㄢ en=ㄣ ang=ㄤ eng=ㄥ er=ㄦ i=ㄧ ia=ㄧㄚ ie=ㄧㄝ iao=ㄧㄠ iu=ㄧㄡ ian=ㄧㄢ ' +
    'in=ㄧㄣ iang=ㄧㄤ ing=ㄧㄥ iong=ㄩㄥ u=ㄨ ua=ㄨㄚ uo=ㄨㄛ uai=ㄨㄞ ui=ㄨㄟ uan=ㄨㄢ un=ㄨㄣ uang=ㄨㄤ ong=ㄨㄥ ueng=ㄨㄥ ' +
    'v=ㄩ ve=ㄩㄝ van=ㄩㄢ vn=ㄩㄣ',
);

/** First letter of the pinyin of each Bopomofo letter from ㄅ on: what it says as an initial. */
export const BOPOMOFO_INITIALS = 'bpmfdtnlgkhjqxzcsrzcsaoeeaeaoaeaeeywy';

/** A toneless pinyin syllable (ü as v) in Bopomofo, as Taiwan's Ministry of Education spells it; undefined for others. */
export function bopomofoOf(syllable: string): string | undefined {
  const initial = /^(?:[zcs]h|[bpmfdtnlgkhjqxrzcs])/.exec(syllable)?.[0] ?? '';
  let final = syllable.slice(initial.length);
  // Written without an initial, i, u and ü stand as y and w: yi, wu, yu.
  if (initial === '')
    final = final
      .replace(/^yu/, 'v')
      .replace(/^yi/, 'i')
      .replace(/^you$/, 'iu')
      .replace(/^y/, 'i')
      .replace(/^wu/, 'u')
      .replace(/^wei$/, 'ui')
      .replace(/^wen$/, 'un')
      .replace(/^w/, 'u');
  if ('jqx'.includes(initial) && initial !== '') final = final.replace(/^u/, 'v');
  if (/^([zcs]h?|r)$/.test(initial) && final === 'i') return INITIALS.get(initial);
  const spelled = FINALS.get(final);
  return spelled === undefined ? undefined : (INITIALS.get(initial) ?? '') + spelled;
}
