import { createApi } from '@weir/look';

/** The console's one client of the API. */
export const api = createApi();
