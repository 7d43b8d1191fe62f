import type { Broadcast } from '@weir/look';

/**
 * Broadcasts in the order of a page: the most watched first when one comes, those that show nothing after the rest, and from then on each keeps its
 * place and new ones follow, so that nothing moves under a hand.
 * @param before ids in the order shown last
 */
export function inOrder(items: readonly Broadcast[], before: readonly string[]): Broadcast[] {
  const place = new Map(before.map((id, i) => [id, i]));
  const at = (one: Broadcast): number => place.get(one.id) ?? before.length;
  const shut = (one: Broadcast): number => Number(one.gate.media.mode === 'closed');
  return items.toSorted(
    (a, b) => at(a) - at(b) || shut(a) - shut(b) || b.viewers - a.viewers || a.number - b.number,
  );
}
