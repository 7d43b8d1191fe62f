import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bitrate,
  count,
  dateTime,
  dateTimeNamed,
  duration,
  elapsed,
  timeOfDay,
  timeShort,
} from './format.ts';

test('a time is shown in UTC+8, and names it where it stands alone', () => {
  expect(dateTime('2026-11-23T19:12:05.900Z')).toBe('2026-11-24 03:12:05');
  expect(dateTimeNamed('2026-11-23T19:12:05Z', 'zh-CN')).toBe('2026-11-24 03:12:05（UTC+8）');
  expect(dateTimeNamed('2026-11-23T19:12:05Z', 'en')).toBe('2026-11-24 03:12:05 (UTC+8)');
  expect(timeOfDay(0)).toBe('08:00:00');
  expect(timeShort('2026-11-23T19:12:05Z')).toBe('03:12');
});

test('what is no time gives no text rather than a wrong one', () => {
  expect(dateTime('yesterday')).toBe('');
  expect(dateTime(Number.NaN)).toBe('');
  expect(dateTimeNamed('', 'en')).toBe('');
});

test('a count is short and never says more than there are', () => {
  expect(count(9_999, 'zh-CN')).toBe('9999');
  expect(count(12_043, 'zh-CN')).toBe('1.2万');
  expect(count(12_043, 'en')).toBe('12K');
  expect(count(19_999, 'zh-CN')).toBe('1.9万');
  expect(count(340_000_000, 'zh-CN')).toBe('3.4亿');
  expect(count(3_400_000, 'en')).toBe('3.4M');
  fc.assert(
    fc.property(fc.nat(2_000_000_000), (n) => {
      const text = count(n, 'zh-CN');
      const unit = text.endsWith('亿') ? 1e8 : text.endsWith('万') ? 1e4 : 1;
      const said = Number.parseFloat(text) * unit;
      expect(said).toBeLessThanOrEqual(n + 1e-6);
      expect(said).toBeGreaterThanOrEqual(n * 0.9);
    }),
  );
});

test('a span is said in the two units that matter', () => {
  expect(duration(8_000, 'zh-CN')).toBe('8 秒');
  expect(duration(420, 'en')).toBe('0.4 s');
  expect(duration(200_000, 'zh-CN')).toBe('3 分 20 秒');
  expect(duration(7_500_000, 'en')).toBe('2 h 5 min');
  expect(elapsed(7_510_000)).toBe('2:05:10');
  expect(elapsed(200_000)).toBe('03:20');
});

test('a bitrate changes its unit where the number would read the same', () => {
  expect(bitrate(860_200)).toBe('860 kbit/s');
  expect(bitrate(999_700)).toBe('1.0 Mbit/s');
  expect(bitrate(2_400_000)).toBe('2.4 Mbit/s');
});
