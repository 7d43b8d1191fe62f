/** From which score on hits are held and refused. */
export type Threshold = { hold: number; refuse: number };

/** Where a text stands, as far as texts stand anywhere yet; others' thresholds are kept as they are. */
export const ROUTES = ['message', 'title', 'nickname'] as const;
export type TextRoute = (typeof ROUTES)[number];
export type Routes = Partial<Record<TextRoute, Record<string, Threshold>>>;
export type Taxonomy = { code: string; zh: string; en: string; threshold: Threshold }[];

/** What a person writes into a field, as it stands there. */
export type Written = Record<string, string>;

const key = (route: TextRoute, code: string, which: keyof Threshold): string => `${route} ${code} ${which}`;

/** What holds for a category on a route where nothing is said of it there: what messages have, else the taxonomy. */
export function inherited(routes: Routes, taxonomy: Taxonomy, route: TextRoute, code: string): Threshold {
  const own = taxonomy.find((one) => one.code === code)?.threshold ?? { hold: 0.25, refuse: 1.5 };
  return route === 'message' ? own : (routes.message?.[code] ?? own);
}

/** The fields of a form for what is in force: empty where a route inherits. */
export function writtenOf(routes: Routes): Written {
  const written: Written = {};
  for (const route of ROUTES)
    for (const [code, pair] of Object.entries(routes[route] ?? {}))
      for (const which of ['hold', 'refuse'] as const) written[key(route, code, which)] = String(pair[which]);
  return written;
}

export const fieldOf = (written: Written, route: TextRoute, code: string, which: keyof Threshold): string =>
  written[key(route, code, which)] ?? '';

export const withField = (
  written: Written,
  route: TextRoute,
  code: string,
  which: keyof Threshold,
  text: string,
): Written => ({ ...written, [key(route, code, which)]: text });

const MOST = 10;

/**
 * What a form says: fields left empty inherit. A field that is no number from 0 to 10, and a pair that refuses below what
 * it holds, are named by route and category.
 */
export function routesOf(
  written: Written,
  now: Routes,
  taxonomy: Taxonomy,
  codes: readonly string[],
): { routes: Routes; wrong: string[] } {
  const others = Object.entries(now).filter(([route]) => !ROUTES.some((one) => one === route));
  const routes: Routes = Object.fromEntries(others);
  const wrong: string[] = [];
  for (const route of ROUTES)
    for (const code of codes) {
      const [hold, refuse] = (['hold', 'refuse'] as const).map((which) =>
        fieldOf(written, route, code, which).trim(),
      );
      if (hold === '' && refuse === '') continue;
      const base = inherited(route === 'message' ? now : { ...now, ...routes }, taxonomy, route, code);
      const pair = {
        hold: hold === '' ? base.hold : Number(hold),
        refuse: refuse === '' ? base.refuse : Number(refuse),
      };
      const valid = Object.values(pair).every(
        (score) => Number.isFinite(score) && score >= 0 && score <= MOST,
      );
      if (!valid || pair.refuse < pair.hold) wrong.push(`${route} ${code}`);
      else routes[route] = { ...routes[route], [code]: pair };
    }
  return { routes, wrong };
}
