import type { PublishedMessage } from '@weir/ledger';
import { sized } from '../size.ts';

const ROOMS = sized(200, 5);
/** People who may say something, numbered from 0. */
export const PEOPLE = sized(20_000, 50);
export const DAY_MS = 86_400_000;
/** When the first day begins: midnight in Shanghai. */
export const MIDNIGHT = Date.UTC(2026, 8, 20, 16);
const CHARACTERS =
  '这是一条弹幕你好世界主播真棒今天天气不错大家好来了老铁没毛病哈支持加油看漂亮厉害学习请问价格多少怎么买包邮什时候发货谢再见晚安早上中午吃饭唱歌跳舞';

/** Messages of days that look like days: few rooms and people say most, texts of 3 to 15 characters; one seed, one store. */
export class Talk {
  #seed = 20_261_125;
  readonly #offsets = new Map<string, number>();

  #next(below: number): number {
    this.#seed = (Math.imul(this.#seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * below);
  }

  /** A UUIDv7 of a moment. */
  #id(ms: number): string {
    const time = ms.toString(16).padStart(12, '0');
    const random = (digits: number): string =>
      this.#next(16 ** digits)
        .toString(16)
        .padStart(digits, '0');
    const variant = (8 + this.#next(4)).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random(3)}-${variant}${random(3)}-${random(6)}${random(6)}`;
  }

  /** `many` messages of a day of `perDay`, from number `done` on. */
  batch(day: number, perDay: number, done: number, many: number): PublishedMessage[] {
    const step = (DAY_MS - 1) / perDay;
    return Array.from({ length: many }, (_, i) =>
      this.#message(Math.floor(MIDNIGHT + day * DAY_MS + (done + i) * step), day),
    );
  }

  #message(ts: number, day: number): PublishedMessage {
    const room = roomOf(day, Math.floor((this.#next(ROOMS) * this.#next(1_000)) / 1_000));
    const person = Math.floor((this.#next(PEOPLE) * this.#next(1_000)) / 1_000);
    const offset = (this.#offsets.get(room) ?? 0) + 1;
    this.#offsets.set(room, offset);
    const length = 3 + this.#next(12);
    let text = '';
    for (let i = 0; i < length; i++) text += CHARACTERS[this.#next(CHARACTERS.length)];
    return {
      kind: 'message.published',
      ts,
      room,
      broadcast: room,
      user: personOf(person),
      nickname: `观众${person}`,
      id: this.#id(ts - this.#next(5)),
      offset,
      text,
      pts: ts - MIDNIGHT - day * DAY_MS + this.#next(10),
    };
  }

  /** A day begins: its rooms are new. */
  begin(): void {
    this.#offsets.clear();
  }
}

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
export const roomOf = (day: number, room: number): string =>
  `0192f0c0-${hex(day, 4)}-7000-8000-${hex(room, 12)}`;
export const personOf = (person: number): string => `0191b0c0-1234-7000-9000-${hex(person, 12)}`;
