import { pick, seeded } from '@weir/text/testing/terms.ts';

/** Code points that a message may have. */
const POINTS = 500;
const SEED = 77;
const MIXES = 24;

type Random = () => number;
const fill = (unit: () => string): string => {
  const points: string[] = [];
  while (points.length < POINTS) points.push(...unit());
  return points.slice(0, POINTS).join('');
};
const some = (random: Random, chars: string): string => pick(random, [...chars]);

/** Messages as long as may be, made to cost as much as may be with these terms. */
export function hostile(listed: readonly string[]): string[] {
  const random = seeded(SEED);
  const term = (): string => pick(random, listed);
  const chinese = listed.filter((one) => /^\p{Script=Han}{2,}$/u.test(one));
  const han = (): string => (chinese.length > 0 ? pick(random, chinese) : '一二');
  const chars = [...new Set(chinese.slice(0, 3_000).join(''))].join('') || '一二';
  const pools = [
    chars,
    '0123456789',
    'abcdefghijklmnopqrstuvwxyz',
    ' .,*-_',
    '一二三四五口木日月女子言',
    '點点+＋@$!|',
    '🎲👍🏽❤️',
    'ｆｕｌｌＷ１',
  ];
  const fixed = [
    fill(term),
    fill(() => `${term()} `),
    fill(() => [...term()].join('.')),
    fill(() => [...term()].reverse().join('')),
    fill(() => [...han()].map((char) => char.repeat(2)).join('')),
    fill(() => '人人木木'),
    fill(() => `${han().slice(0, 2)}`),
    fill(() => `${han().slice(0, 3)}\n`),
    fill(() => some(random, chars)),
    fill(() => `${some(random, chars)}1`),
    fill(() => `${some(random, chars)}a`),
    fill(() => han().repeat(20)),
    fill(() => [...(chinese[0] ?? '一二')][0] as string),
    fill(() => 'zhuang'),
    fill(() => 'shi'),
    fill(() => 'a'),
    fill(() => `${some(random, 'abcdefghijklmnopqrstuvwxyz')} `),
    fill(() => some(random, '0123456789')),
    fill(() => '口木日月女子言身寸土'),
    fill(() => '\ufdfa'),
    fill(() => '\u0336'),
    fill(() => '👨‍👩‍👧‍👦'),
    fill(() => '＠'),
    fill(() => '\ud800'),
    fill(() => 'a\u0301\u0336'),
    fill(() => '点三2.'),
    fill(() => 'wx1加v'),
  ];
  const mixed = Array.from({ length: MIXES }, () => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(random, pools));
    const whole = random();
    return fill(() => (random() < whole / 2 ? term() : some(random, pick(random, parts))));
  });
  return [...fixed, ...mixed];
}
