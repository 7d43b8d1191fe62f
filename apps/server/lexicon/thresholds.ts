import type { Threshold, Thresholds } from '@weir/text';
import { readViolations, thresholdsOf } from './violations.ts';

/**
 * Where a text stands: what is said in a room, a broadcast's title, a person's nickname, an announcement of a room, a
 * post of an image-text broadcast. Whatever else becomes public gets a name here and asks the screen under it.
 */
export const TEXT_ROUTES = ['message', 'title', 'nickname', 'announcement', 'post'] as const;
export type TextRoute = (typeof TEXT_ROUTES)[number];

/**
 * From which score on hits of a category are held and refused, by route. A route that does not name a category has it
 * as messages do; one that no route names has the taxonomy's own.
 */
export type RouteThresholds = Readonly<Partial<Record<TextRoute, Readonly<Record<string, Threshold>>>>>;

/** Thresholds under their number, 0 for the taxonomy's alone. */
export type ThresholdOrder = { version: number; routes: RouteThresholds };

export const SHIPPED_THRESHOLDS: ThresholdOrder = { version: 0, routes: {} };

const shipped = thresholdsOf(readViolations());

/** What an engine is given for a route. */
export const thresholdsFor = (route: TextRoute, { routes }: ThresholdOrder): Thresholds => ({
  ...shipped,
  ...routes.message,
  ...routes[route],
});
