import { Room, readNumbers, readTexts, type Texts } from '../parquet/column.ts';
import { type Chunk, type Group, ParquetBroken } from '../parquet/footer.ts';

export const NUMBERS = ['n', 'ts', 'offset', 'lag'] as const;
export const TEXTS = [
  'kind',
  'room',
  'broadcast',
  'user',
  'nickname',
  'id',
  'other_id',
  'text',
  'line',
] as const;
type NumberColumn = (typeof NUMBERS)[number];
type TextColumn = (typeof TEXTS)[number];

/** Bytes of a UUID. */
export const UUID_BYTES = 16;

/** Rows of one row group of a sealed object (README, Sealed days). */
export class Rows {
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
  readonly texts: Readonly<Record<TextColumn, Texts | undefined>>;
  readonly count: number;

  private constructor(
    numbers: Record<NumberColumn, Float64Array>,
    texts: Record<TextColumn, Texts | undefined>,
    count: number,
  ) {
    this.numbers = numbers;
    this.texts = texts;
    this.count = count;
  }

  /**
   * Reads a group; its rows hold until the same memory is read into again. Without `places` texts in a dictionary are
   * known by their picks alone.
   * @throws ParquetBroken
   */
  static read(file: Buffer, { rows, columns }: Group, memory: Memory, places = true): Rows {
    if (columns.size !== NUMBERS.length + TEXTS.length) throw new ParquetBroken('it has other columns');
    const group = { rows, columns };
    const numbers = NUMBERS.map((name) => [name, readNumbers(...own(file, group, name, memory))]);
    const texts = TEXTS.map((name) => [name, readTexts(...own(file, group, name, memory), places)]);
    if (columns.get('id')?.length !== UUID_BYTES) throw new ParquetBroken('its ids are no UUIDs');
    return new Rows(Object.fromEntries(numbers), Object.fromEntries(texts), rows);
  }

  /** Bytes that the texts of one row take at most. */
  get most(): number {
    return Object.values(this.texts).reduce((sum, column) => sum + longest(column, this.count), 0);
  }

  /** True where row i keeps its line whole. */
  isWhole(i: number): boolean {
    const { line } = this.texts;
    return line !== undefined && (line.from[i] as number) >= 0;
  }
}

function longest(column: Texts | undefined, count: number): number {
  let most = 0;
  if (!column) return most;
  const { from, to } = column.picks ?? column;
  const many = column.picks ? from.length : count;
  for (let i = 0; i < many; i++) most = Math.max(most, (to[i] as number) - (from[i] as number));
  return most;
}

/** Where columns are read to, by their names. */
type Memory = Map<string, Room>;

function own(file: Buffer, group: Group, name: string, memory: Memory): [Buffer, Chunk, number, Room] {
  const chunk = group.columns.get(name);
  if (!chunk) throw new ParquetBroken(`it has no column ${name}`);
  const room = memory.get(name) ?? new Room();
  memory.set(name, room);
  return [file, chunk, group.rows, room];
}
