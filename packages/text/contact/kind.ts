import type { StageMask } from '../stage.ts';

/** What leads away from the platform, by its shape; each can be switched. */
export const CONTACT_KINDS = ['phone', 'wechat', 'qq', 'domain', 'short_link', 'link'] as const;

export type ContactKind = (typeof CONTACT_KINDS)[number];

/** A `link` is an address written openly: whether it may be is a matter of policy. The others are always meant. */
export const DEFAULT_CONTACTS: readonly ContactKind[] = CONTACT_KINDS.filter((kind) => kind !== 'link');

/** Code of the taxonomy of violations for all of them. */
export const CONTACT_CATEGORY = 'contact_baiting';

/** A contact found: UTF-16 units from `start` to before `end`, and what it says when written plainly. */
export type Contact = { kind: ContactKind; plain: string; start: number; end: number; mask: StageMask };
