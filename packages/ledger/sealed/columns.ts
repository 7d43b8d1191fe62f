import type { Order } from './names.ts';

/** Fields that are taken out of a line, with DuckDB's types; of a row `lag` is ts less pts, `other_id` an id that is no UUID. */
const FIELDS = {
  n: 'BIGINT',
  ts: 'BIGINT',
  kind: 'VARCHAR',
  room: 'VARCHAR',
  broadcast: 'VARCHAR',
  user: 'VARCHAR',
  nickname: 'VARCHAR',
  id: 'VARCHAR',
  offset: 'BIGINT',
  pts: 'BIGINT',
  text: 'VARCHAR',
};

/** The line of a record of the plain form, from its columns; NULL where one is missing. */
const PLAIN = `'{"v":1,"n":' || n || concat(',"broadcast":"', broadcast, '","id":"', id, '","kind":"', kind,
  '","nickname":"', nickname, '","offset":', "offset", ',"pts":', ts - lag, ',"room":"', room, '","text":"', text,
  '","ts":', ts, ',"user":"', "user", '"}')`;

/** The line of any record, without its newline: as it is kept, or of its columns. */
export const LINE = `CASE WHEN line IS NULL THEN ${PLAIN} ELSE line END`;

/** Whole numbers that columns hold lie within 2^51: differences between two are then exact for whoever reads them. */
export const MOST = 2 ** 51 - 1;
const within = (value: string): string => `CASE WHEN ${value} BETWEEN -${MOST} AND ${MOST} THEN ${value} END`;

const PLAIN_ID = `regexp_full_match(r.id, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')`;

/**
 * Records as columns, from a file of lines: `path` is our own, a nameless file. A line that its columns do not give
 * back byte for byte is kept whole beside them.
 */
export const fromLines = (path: string): string => `
  SELECT n, ts, kind, room, broadcast, "user", nickname, id, other_id, "offset", lag, text,
    CASE WHEN ${PLAIN} IS NOT DISTINCT FROM whole THEN NULL ELSE whole END AS line
  FROM (
    SELECT whole, r.n AS n, ${within('r.ts')} AS ts, r.kind AS kind, r.room AS room, r.broadcast AS broadcast, r."user" AS "user",
      r.nickname AS nickname, CASE WHEN ${PLAIN_ID} THEN try_cast(r.id AS UUID) END AS id,
      CASE WHEN ${PLAIN_ID} THEN NULL ELSE r.id END AS other_id, ${within('r."offset"')} AS "offset",
      ${within(`${within('r.ts')} - ${within('r.pts')}`)} AS lag, r.text AS text
    FROM (
      SELECT whole, from_json(whole, '${JSON.stringify(FIELDS)}') AS r
      FROM read_csv('${path}', columns = {'whole': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '', header = false,
        auto_detect = false, max_line_size = 1048576, compression = 'none', nullstr = '\\x02')
    )
  )`;

/** The column that rules an order: row groups are told apart by it. */
export const KEY: Record<Order, string> = { person: 'user', room: 'room' };
/** How each order sorts. */
export const SORT: Record<Order, string> = { person: '"user" NULLS FIRST, n', room: 'room NULLS FIRST, n' };

/** Rows of a row group: what one person's or room's part of a day costs to read at least. */
const ROW_GROUP = 10_240;

/** Parquet as it is written: what others read it with is theirs to choose. */
export const PARQUET = `(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}, USE_TMP_FILE false, WRITE_BLOOM_FILTER false)`;
