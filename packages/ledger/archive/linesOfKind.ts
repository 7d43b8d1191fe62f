import { Room, readTexts } from '../parquet/column.ts';
import { groupsOf, ParquetBroken } from '../parquet/footer.ts';

/**
 * Lines of the records of a kind that keeps its lines whole, of one order of a sealed part (its Parquet, decrypted), in
 * the order of the file. Reads two columns.
 * @throws ParquetBroken also where a record of the kind has no line
 */
export function linesOfKind(file: Buffer, kind: string): string[] {
  const wanted = Buffer.from(kind);
  const found: string[] = [];
  const rooms = { kind: new Room(), line: new Room() };
  for (const { rows, columns } of groupsOf(file)) {
    const texts = (name: 'kind' | 'line') => {
      const chunk = columns.get(name);
      if (!chunk) throw new ParquetBroken(`it has no column ${name}`);
      return readTexts(file, chunk, rows, rooms[name]);
    };
    const kinds = texts('kind');
    if (!kinds) continue;
    const { bytes } = kinds;
    const isWanted = (from: number, to: number): boolean =>
      to - from === wanted.length &&
      wanted.equals(new Uint8Array(bytes.buffer, bytes.byteOffset + from, wanted.length));
    const hits: number[] = [];
    for (let i = 0; i < rows; i++) if (isWanted(kinds.from[i] as number, kinds.to[i] as number)) hits.push(i);
    if (hits.length === 0) continue;
    const lines = texts('line');
    for (const i of hits) {
      const from = lines?.from[i] ?? -1;
      if (!lines || from < 0) throw new ParquetBroken(`a record ${kind} has no line`);
      const view = lines.bytes;
      found.push(
        Buffer.from(view.buffer, view.byteOffset + from, (lines.to[i] as number) - from).toString('utf8'),
      );
    }
  }
  return found;
}
