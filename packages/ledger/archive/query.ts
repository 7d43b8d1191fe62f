/** What is asked of a sealed part; every field narrows. Times in wall ms, `to` exclusive; `limit` records at most. */
export type PartQuery = {
  /** Numbers from here on. */
  fromN?: number;
  kind?: string;
  notKind?: string;
  room?: string;
  broadcast?: string;
  user?: string;
  ids?: readonly string[];
  /** Offsets above this. */
  afterOffset?: number;
  from?: number;
  to?: number;
  text?: string;
  limit: number;
};

type Value = string | number;

/** One condition a field: SQL with one `?`, never with anything that was asked for in it. */
const CONDITIONS: Partial<Record<keyof PartQuery, string>> = {
  fromN: 'n >= ?',
  kind: 'kind = ?',
  notKind: 'kind <> ?',
  room: 'room = ?',
  broadcast: 'broadcast = ?',
  user: '"user" = ?',
  afterOffset: '"offset" > ?',
  from: 'ts >= ?',
  to: 'ts < ?',
  text: 'contains(text, ?)',
};
const ONE_ID = '(id = try_cast(? AS UUID) OR other_id = ?)';

/** The conditions of a query, and the values for their places in order. */
export function conditionsOf(query: PartQuery): { where: string; values: Value[] } {
  const parts: string[] = [];
  const values: Value[] = [];
  for (const [field, sql] of Object.entries(CONDITIONS)) {
    const value = query[field as keyof PartQuery] as Value | undefined;
    if (value === undefined) continue;
    parts.push(sql);
    values.push(value);
  }
  if (query.ids) {
    parts.push(query.ids.length === 0 ? 'false' : `(${query.ids.map(() => ONE_ID).join(' OR ')})`);
    values.push(...query.ids.flatMap((id) => [id, id]));
  }
  return { where: parts.length > 0 ? parts.join(' AND ') : 'true', values };
}
