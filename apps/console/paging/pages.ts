/** A page of a list: its items, and where the next one begins. */
export type Page<T> = { items: T[]; next: string | null };

/** Pages that a list shows at once: beyond them one searches. */
export const PAGES_MOST = 40;

/**
 * The first `count` pages of a list as one: asked for one after another, each where the one before ends, so that nothing
 * is missed or doubled when the list has moved meanwhile.
 * @example fetchPages((path) => api.get(path, signal), '/api/contests?state=open', 2)
 */
export async function fetchPages<T>(
  get: (path: string) => Promise<Page<T>>,
  path: string,
  count: number,
): Promise<Page<T>> {
  const items: T[] = [];
  let next: string | null = null;
  for (let k = 0; k < Math.min(count, PAGES_MOST); k++) {
    const at: string =
      next === null ? path : `${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(next)}`;
    const page: Page<T> = await get(at);
    items.push(...page.items);
    next = page.next;
    if (next === null) break;
  }
  return { items, next };
}
