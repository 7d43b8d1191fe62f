/** A page out of what was found when one more than `limit` was asked for; `next`: the cursor of the following one. */
export function pageOf<T extends { id: string }>(
  found: readonly T[],
  limit: number,
): { page: T[]; next: string | null } {
  const page = found.slice(0, limit);
  return { page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null };
}
