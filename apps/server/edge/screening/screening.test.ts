import { newId, readConfig, SimulatedClock, silentLog } from '@weir/kit';
import { beforeEach, describe, expect, it } from 'vitest';
import { TextScreen } from '../../screen.ts';
import type { RoomTalk } from '../../wire.ts';
import { Screening } from './screening.ts';

const screen = TextScreen.shipped(silentLog);
let clock: SimulatedClock;
let talk: RoomTalk | undefined;
let ids = 0;

beforeEach(() => {
  clock = new SimulatedClock();
  talk = undefined;
});

const open = (env: Record<string, string> = {}): Screening =>
  new Screening({
    screen,
    config: readConfig({ WEIR_LIMIT_MESSAGE_RATE: '1000', ...env }),
    clock,
    talkOf: (room) => (room === 'r' ? talk : undefined),
  });
const say = (screening: Screening, text: string, who = 'ann', room = 'r', address = '10.0.0.1') => {
  clock.advance(500);
  return screening.screen({ room, id: `m${++ids}`, user: { id: who, nickname: who }, text, address });
};

describe('the screen before a message gate', () => {
  it('says for what, where, by which step and version of the lexicon it holds and refuses', () => {
    const screening = open();
    expect(say(screening, '来网上赌场玩')).toMatchObject({
      verdict: 'refuse',
      category: 'gambling',
      hits: [{ term: '网上赌场', category: 'gambling', start: 1, end: 5, stages: [] }],
      trace: [{ step: 'lexicon', rule: 'gambling', verdict: 'refuse', lexicon: screen.version }],
    });
    expect(say(screening, '兼职刷丹')).toMatchObject({ verdict: 'hold', category: 'fraud' });
    expect(say(screening, '主播好')).toEqual({ verdict: 'pass', category: '', hits: [], trace: [] });
    expect(say(screening, '🎲'.repeat(501))).toMatchObject({ verdict: 'refuse', category: 'too_long' });
  });

  it('holds the message that completes a term over several, and marks the part that stands in it', () => {
    const screening = open();
    expect(say(screening, '网上').verdict).toBe('pass');
    expect(say(screening, '赌场')).toMatchObject({
      verdict: 'hold',
      category: 'gambling',
      hits: [{ term: '网上赌场', start: 0, end: 2, stages: ['across'] }],
      trace: [{ step: 'across', verdict: 'hold' }],
    });
  });

  it('slows near-duplicates of a crowd down, then holds them; and leaves the person who did not join alone', () => {
    const screening = open({ WEIR_LIMIT_FLOOD_ALIKE: '3' });
    const said = Array.from({ length: 8 }, (_, k) => say(screening, `大家快来湖边一起看日出${k}`, `p${k}`));
    expect(said.slice(0, 3).map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
    expect(said[3]).toMatchObject({ momentary: 'slow', waitMs: 5_000, category: 'flood' });
    expect(said[7]).toMatchObject({
      verdict: 'hold',
      category: 'flood',
      trace: [{ step: 'flood', rule: 'alike' }],
    });
    expect(say(screening, '今天的风真大啊', 'bob').verdict).toBe('pass');
  });

  it('mutes who floods for ten minutes and says until when; the term ends by itself or by a person', () => {
    const screening = open({ WEIR_LIMIT_FLOOD_PERSON: '2' });
    let said = say(screening, '一');
    for (let k = 0; k < 20 && said.verdict !== 'mute'; k++) said = say(screening, `第${k}句`);
    expect(said).toMatchObject({
      verdict: 'mute',
      until: clock.now() + 600_000,
      trace: [{ rule: 'person' }],
    });
    expect(said.momentary).toBeUndefined();
    const next = say(screening, '还在吗');
    expect(next).toMatchObject({ verdict: 'mute', momentary: 'muted', until: said.until });
    expect(say(screening, '别人的话', 'bob').verdict).toBe('pass');
    clock.advance(600_000);
    expect(say(screening, '回来了').verdict).toBe('pass');
    for (let k = 0; k < 20 && said.verdict !== 'mute'; k++) said = say(screening, `又第${k}句`);
    screening.unmute('ann');
    clock.advance(60_000);
    expect(say(screening, '谢谢').verdict).toBe('pass');
  });

  it('holds a sudden crowd of accounts that were made today', () => {
    const screening = open({ WEIR_LIMIT_FLOOD_NEWCOMERS: '3' });
    clock.advance(Date.now() - clock.now());
    const said = Array.from({ length: 5 }, (_, k) => say(screening, `你好${k}`, newId()));
    expect(said.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'hold', 'hold']);
    expect(said[3]?.trace).toMatchObject([{ step: 'flood', rule: 'newcomers' }]);
  });

  it('keeps a person muted in a room as long as was ordered, there alone', () => {
    talk = { mutes: [{ user: 'ann', until: clock.now() + 60_000, reason: 'other' }], words: [] };
    const screening = open();
    expect(say(screening, '你好')).toMatchObject({
      momentary: 'muted',
      reason: 'other',
      until: talk.mutes[0]?.until,
    });
    expect(say(screening, '你好', 'ann', 'elsewhere').verdict).toBe('pass');
    clock.advance(60_000);
    expect(say(screening, '你好').verdict).toBe('pass');
  });

  it('holds or refuses the words of a room, disguised too, there alone, and never lets pass what policy refuses', () => {
    talk = {
      mutes: [],
      words: [
        { word: '剧透结局', verdict: 'hold' },
        { word: '网上赌场', verdict: 'hold' },
        { word: '脏脏的话', verdict: 'refuse' },
      ],
    };
    const screening = open();
    expect(say(screening, '剧 透 结 局')).toMatchObject({ verdict: 'hold', category: 'room_word' });
    expect(say(screening, '都是脏脏的话')).toMatchObject({
      verdict: 'refuse',
      hits: [{ term: '脏脏的话', start: 2, end: 6 }],
      trace: [{ step: 'words', rule: 'room' }],
    });
    expect(say(screening, '网上赌场')).toMatchObject({ verdict: 'refuse', category: 'gambling' });
    expect(say(screening, '剧透结局', 'ann', 'elsewhere').verdict).toBe('pass');
    expect(say(screening, '电话13812345678').trace).toMatchObject([{ step: 'lexicon' }]);
    talk = { mutes: [], words: [{ word: '别的词语', verdict: 'hold' }] };
    clock.advance(1_000);
    expect(say(screening, '说别的词语').verdict).toBe('hold');
    expect(say(screening, '剧透结局').verdict).toBe('pass');
  });
});
