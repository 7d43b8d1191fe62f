const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;

/** The time in ms inside a UUIDv7 (RFC 9562, 5.7); undefined for other ids. */
export function timeOfId(id: string): number | undefined {
  return V7.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}
