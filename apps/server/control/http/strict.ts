import type { TSchema } from 'typebox';

type Node = { [member: string]: unknown };

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The same schema with every object in it closed: a member that it does not name is refused, so that no caller
 * slips fields past the door into what the service keeps.
 */
export function closed(schema: TSchema): Node {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!isNode(value)) return value;
    const out: Node = {};
    for (const [name, part] of Object.entries(value)) out[name] = copy(part);
    if (out['type'] === 'object') out['additionalProperties'] ??= false;
    return out;
  };
  return copy(schema) as Node;
}

/** A query is text: where its schema asks for a number, digits become one; anything else is left to be refused. */
export function readNumbers(query: unknown, schema: TSchema): void {
  const { properties = {} } = schema as { properties?: Record<string, Node> };
  const given = query as Record<string, unknown>;
  for (const [name, { type }] of Object.entries(properties)) {
    const text = given[name];
    if (type === 'integer' && typeof text === 'string' && /^\d{1,15}$/.test(text)) given[name] = Number(text);
  }
}
