import { createApi } from '@weir/look';

/** The API of the service that this page came from. */
export const api = createApi();
