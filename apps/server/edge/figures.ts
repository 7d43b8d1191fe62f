import type { Metrics } from '@weir/kit';
import type { Door } from '@weir/media/fanout/door.ts';
import type { Edge } from './edge.ts';

/** What `/metrics` tells of an edge; sampled when asked. */
export function edgeMetrics(metrics: Metrics, edge: Edge, door: Door): void {
  metrics.gauge('edge_connections', 'Open media and room connections', [], (gauge) =>
    gauge.set(door.connections),
  );
  metrics.gauge('edge_viewers', 'Viewers of all broadcasts at this edge', [], (gauge) =>
    gauge.set(edge.figures().reduce((sum, { viewers }) => sum + viewers, 0)),
  );
  metrics.gauge('edge_publishers', 'Publishers connected to this edge', [], (gauge) =>
    gauge.set(edge.figures().filter(({ encoder }) => encoder).length),
  );
}
