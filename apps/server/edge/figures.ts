import type { Metrics } from '@weir/kit';
import type { Door } from '@weir/media/fanout/door.ts';
import type { Edge } from './edge.ts';

/** What `/metrics` tells of an edge; sampled when asked. */
export function edgeMetrics(metrics: Metrics, edge: Edge, door: Door): void {
  const connections = metrics.gauge('edge_connections', 'Open media and room connections');
  const viewers = metrics.gauge('edge_viewers', 'Viewers of all broadcasts at this edge');
  const live = metrics.gauge('edge_publishers', 'Publishers connected to this edge');
  viewers.collect = () => {
    const all = edge.figures();
    viewers.set(all.reduce((sum, one) => sum + one.viewers, 0));
    live.set(all.filter((one) => one.encoder).length);
    connections.set(door.connections);
  };
}
