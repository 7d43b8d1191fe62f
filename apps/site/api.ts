import { createApi } from '@weir/look/api.ts';

/** The API of the service that this page came from. */
export const api = createApi();
