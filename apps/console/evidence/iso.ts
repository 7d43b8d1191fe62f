/** Wall ms as the API takes it in a query. */
export const iso = (ms: number): string => new Date(ms).toISOString();
