import { zhCN as shared } from '@weir/look/i18n/zh-CN.ts';
import { zhCN } from '../zh-CN.ts';

/** The shared texts and the console's own. */
export const texts = { ...shared, ...zhCN };
