import { expect, test } from 'vitest';
import { ALL_STAGES, BIT } from '../stage.ts';
import { stageViews } from './stages.ts';

test('each stage that changes a text shows what it makes of it, in order', () => {
  expect(stageViews('买藍 鲸鲸Ａ', ALL_STAGES)).toEqual([
    { stage: 'width', view: '买藍 鲸鲸A' },
    { stage: 'case', view: '买藍 鲸鲸a' },
    { stage: 'traditional', view: '买蓝 鲸鲸a' },
    { stage: 'filler', view: '买蓝鲸鲸a' },
    { stage: 'repeat', view: '买蓝鲸a' },
  ]);
  expect(stageViews('买藍 鲸', BIT.traditional)).toEqual([{ stage: 'traditional', view: '买蓝 鲸' }]);
});

test('numerals and leetspeak are readings beside the plain one', () => {
  expect(stageViews('第三', ALL_STAGES)).toEqual([{ stage: 'numeral', view: '第3' }]);
  expect(stageViews('h3ll', BIT.leet)).toEqual([{ stage: 'leet', view: 'hell' }]);
  expect(stageViews('平常的话', ALL_STAGES)).toEqual([]);
});
