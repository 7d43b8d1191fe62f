import { describe, expect, test } from 'vitest';
import { seeded } from '../testing/terms.ts';
import { Contacts } from './contacts.ts';
import { CONTACT_KINDS } from './kind.ts';

const contacts = new Contacts();
const seenIn = (text: string): string[] =>
  contacts.find(text).map(({ kind, plain, start, end }) => `${kind} ${plain} ${text.slice(start, end)}`);

describe('a number to call is found', () => {
  test.each([
    ['as it is', '打13700137019找我', '13700137019'],
    ['with the country before it', '+86 13700137019', '13700137019'],
    ['in groups', '联系137-0013-7019', '137-0013-7019'],
    ['in other groups', '137 001 37019', '137 001 37019'],
    ['digit by digit', '1 3 7 0 0 1 3 7 0 1 9', '1 3 7 0 0 1 3 7 0 1 9'],
    ['in pairs', '13.70.01.37.01.9', '13.70.01.37.01.9'],
    ['in numerals', '一三七零零一三七零一九', '一三七零零一三七零一九'],
    ['in capital numerals', '壹叁柒零零壹叁柒零壹玖', '壹叁柒零零壹叁柒零壹玖'],
    ['in full width', '１３７００１３７０１９', '１３７００１３７０１９'],
    ['in circles', '①③⑦⓪⓪①③⑦⓪①⑨', '①③⑦⓪⓪①③⑦⓪①⑨'],
    ['in dark circles and dingbats', '❶❸❼00➊➂➐0①9', '❶❸❼00➊➂➐0①9'],
    ['in keycaps', '1️⃣3️⃣7️⃣0️⃣0️⃣1️⃣3️⃣7️⃣0️⃣1️⃣9', '1️⃣3️⃣7️⃣0️⃣0️⃣1️⃣3️⃣7️⃣0️⃣1️⃣9'],
    ['in mathematical digits', '𝟏𝟑𝟕𝟎𝟎𝟏𝟑𝟕𝟎𝟏𝟗', '𝟏𝟑𝟕𝟎𝟎𝟏𝟑𝟕𝟎𝟏𝟗'],
    ['in Arabic digits', '١٣٧٠٠١٣٧٠١٩', '١٣٧٠٠١٣٧٠١٩'],
    ['in several kinds', '1叁7零0①3柒0一9', '1叁7零0①3柒0一9'],
    ['with letters for digits', '137oo1370l9', '137oo1370l9'],
    ['with emoji between', '137❤0013❤7019', '137❤0013❤7019'],
    ['with what cannot be seen between', '137\u200b0013\u200b7019', '137\u200b0013\u200b7019'],
    ['behind a word', 'tel:13700137019', '13700137019'],
    ['before a word', '13700137019vx同号', '13700137019'],
    ['behind a comma', '你好,13700137019', '13700137019'],
    ['with an area code', '010-62330137', '010-62330137'],
    ['of a service line', '400-137-0192', '400-137-0192'],
  ])('%s', (_, text, written) => {
    const [found] = contacts.find(text);
    expect(found).toMatchObject({ kind: 'phone' });
    expect(text.slice(found?.start, found?.end).replace(/^\+?86 /, '')).toBe(written);
  });

  test('two of them, one after the other', () => {
    expect(contacts.find('13700137019,13800137019')).toHaveLength(2);
  });
});

describe('an account is found', () => {
  test.each([
    ['wechat', '加微信qz1370', 'qz1370', '微信qz1370'],
    ['wechat', '微信号：qingyun_88', 'qingyun_88', '微信号：qingyun_88'],
    ['wechat', '我薇芯 qingyun88', 'qingyun88', '薇芯 qingyun88'],
    ['wechat', '+V：qingyun', 'qingyun', 'V：qingyun'],
    ['wechat', '加v 88413579', '88413579', 'v 88413579'],
    ['wechat', 'vx88413579', '88413579', 'vx88413579'],
    ['wechat', 'WX 8 8 4 1 3 5 7 9', '88413579', 'WX 8 8 4 1 3 5 7 9'],
    ['wechat', 'ＶＸ：ｑｉｎｇｙｕｎ８８', 'qingyun88', 'ＶＸ：ｑｉｎｇｙｕｎ８８'],
    ['wechat', 'v信：qy_1234', 'qy_1234', 'v信：qy_1234'],
    ['qq', 'QQ群：884135792', '884135792', 'QQ群：884135792'],
    ['qq', '加扣扣八八四一三五七九', '88413579', '扣扣八八四一三五七九'],
    ['qq', '企鹅号884-135-792', '884135792', '企鹅号884-135-792'],
    ['qq', 'q群884135792', '884135792', 'q群884135792'],
    ['qq', '🐧扣扣⑧⑧④①③⑤⑦⑨', '88413579', '扣扣⑧⑧④①③⑤⑦⑨'],
  ])('%s in %s', (kind, text, plain, written) => {
    expect(seenIn(text)).toEqual([`${kind} ${plain} ${written}`]);
  });
});

describe('an address is found', () => {
  test.each([
    ['domain', '来plimbo点com', 'plimbo.com', 'plimbo点com'],
    ['domain', 'plimbo。com领券', 'plimbo.com', 'plimbo。com'],
    ['domain', 'plimbo . com', 'plimbo.com', 'plimbo . com'],
    ['domain', 'plimbo(dot)net', 'plimbo.net', 'plimbo(dot)net'],
    ['domain', 'plimbo dot top', 'plimbo.top', 'plimbo dot top'],
    ['domain', 'ｐｌｉｍｂｏ．ｃｏｍ', 'plimbo.com', 'ｐｌｉｍｂｏ．ｃｏｍ'],
    ['domain', 'p l i m b o . c o m', 'plimbo.com', 'p l i m b o . c o m'],
    ['domain', 'p🐟l🐟i🐟m🐟b🐟o.com', 'plimbo.com', 'p🐟l🐟i🐟m🐟b🐟o.com'],
    ['domain', 'рlimbо.com', 'plimbo.com', 'рlimbо.com'],
    ['domain', 'ⓟⓛⓘⓜⓑⓞ.com', 'plimbo.com', 'ⓟⓛⓘⓜⓑⓞ.com'],
    ['domain', 'plim\u200bbo点cn', 'plimbo.cn', 'plim\u200bbo点cn'],
    ['domain', '88413点com', '88413.com', '88413点com'],
    ['domain', 'www.plimbo点com.cn', 'www.plimbo.com.cn', 'www.plimbo点com.cn'],
    ['short_link', '看 https://t.cn/A6qZx 这', 't.cn/a6qzx', 't.cn/A6qZx'],
    ['short_link', 'dwz.cn/qzx137', 'dwz.cn/qzx137', 'dwz.cn/qzx137'],
  ])('%s in %s', (kind, text, plain, written) => {
    expect(seenIn(text)).toEqual([`${kind} ${plain} ${written}`]);
  });

  test('open links only where they are asked for', () => {
    const text = '见 https://www.plimbo.com/a';
    expect(seenIn(text)).toEqual([]);
    expect(new Contacts(CONTACT_KINDS).find(text)).toMatchObject([{ kind: 'link', plain: 'www.plimbo.com' }]);
    expect(new Contacts([]).find('13700137019')).toEqual([]);
  });
});

describe('no contact is', () => {
  test.each([
    ['a date', '2026-11-25 13:45:22.123 到 2026/12/01'],
    ['a date without signs', '20261125134522'],
    ['a time stamp', '1764049522123 和 1764049522'],
    ['a price', '￥13700137019.00，原价 1,370,013,701 元'],
    ['a version', '微信 8.0.45，QQ 9.9.15.27391，v13.7.0'],
    ['an address of a host', '192.168.137.1:13700 与 192.16.13.1001'],
    ['a file name', 'report_13700137019.pdf 和 notes.txt、main.c、a.out'],
    ['an error code', '错误 0x80070005，E13700137019，ORA-01370'],
    ['an order number', '订单 913700137019882'],
    ['a hash', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a uuid', '019ab5c2-1370-7013-8001-37019137ab01'],
    ['a count', 'QQ 在线人数 10000 人，微信有 13000000 个用户'],
    ['a name', '微信支付 android 版，QQ音乐 VIP，wxWidgets rwx'],
    ['a score', '13 7 0 比 0，1 3 5 7 9 11 13 15'],
    ['an element', 'node.js 与 vue.js，e.g. this，etc. so'],
    ['a sentence', '先看说明. Net 组件后装；use it. To be sure.'],
    ['a point in time', '3点见，下午3点me，100点'],
    ['a mail address', 'bug-coreutils@gnu.org'],
    ['a decimal', '3.1415926535897932，13.700137019'],
    ['an odd prefix', '卫星 88413579，威信 88413579'],
  ])('%s: %s', (_, text) => {
    expect(seenIn(text)).toEqual([]);
  });
});

test('any text is read to its end', () => {
  const random = seeded(9);
  const alphabet = [...'0123456789abcdot点.。 -微信vxqQ号加:/①㈠１\ud83d\udc27🐧\u0301'];
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 80 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
    for (const { start, end } of new Contacts(CONTACT_KINDS).find(text)) {
      expect(start).toBeLessThan(end);
      expect(end).toBeLessThanOrEqual(text.length);
    }
  }
  for (const long of ['1 ', 'a.', 'vx', '加v', '13', 'a 。', '微信', 't.cn/'])
    expect(() => contacts.find(long.repeat(30_000))).not.toThrow();
});
