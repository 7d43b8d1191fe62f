import type { GateMode } from '../wire.ts';

/** What `npm start` shows: twelve broadcasts, one room in each gate mode, marked 演示. */
export type Scene = {
  clip: string;
  title: string;
  kind: 'video' | 'audio';
  /** The order a reviewer would give; `open` where nothing is said. */
  media?: { mode: GateMode; delayMs?: number };
  messages?: { mode: GateMode; delayMs?: number };
};

export const SCENES: readonly Scene[] = [
  { clip: 'kiln', title: '演示·晨间窑口：今天开这一窑', kind: 'video' },
  { clip: 'tea', title: '演示·一壶茶的时间', kind: 'video' },
  {
    clip: 'sea',
    title: '演示·落日归帆（延迟 8 秒）',
    kind: 'video',
    media: { mode: 'delay', delayMs: 8_000 },
    messages: { mode: 'delay', delayMs: 8_000 },
  },
  { clip: 'train', title: '演示·坐一趟慢火车', kind: 'video' },
  {
    clip: 'lanterns',
    title: '演示·放一盏灯（先审后发）',
    kind: 'video',
    media: { mode: 'review' },
    messages: { mode: 'review' },
  },
  { clip: 'bamboo', title: '演示·竹林听雨', kind: 'video' },
  {
    clip: 'mountains',
    title: '演示·远山日出（已关闭）',
    kind: 'video',
    media: { mode: 'closed' },
    messages: { mode: 'closed' },
  },
  { clip: 'aquarium', title: '演示·鱼缸里的下午', kind: 'video' },
  { clip: 'city', title: '演示·城市夜色', kind: 'video' },
  { clip: 'garden', title: '演示·花园与蝴蝶', kind: 'video' },
  { clip: 'strings', title: '演示·夜谈电台：弦', kind: 'audio' },
  { clip: 'chimes', title: '演示·风铃', kind: 'audio' },
];

/** Neutral chatter for the rooms; each speaker takes the next line. */
export const CHATTER: readonly string[] = [
  '主播早上好',
  '画面很清楚',
  '今天天气不错',
  '这个颜色真好看',
  '第一次来，先看看',
  '声音刚好',
  '坐等开始',
  '慢慢来，不着急',
  '刚下班，听一会儿',
  '这一段可以再看一遍吗',
  '谢谢讲解',
  '我这边很流畅',
  '喝口水再继续',
  '学到了',
  '下次什么时候播',
  '已经推荐给朋友了',
  '这个角度不错',
  '有点像我老家',
  '晚饭吃什么好呢',
  '好安静，舒服',
];
