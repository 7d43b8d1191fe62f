import { en as shared } from '@weir/look/i18n/en.ts';
import { en } from '../en.ts';

/** The shared texts and the site's own. */
export const texts = { ...shared, ...en };
