import { ALL_STAGES, stageBit } from '@weir/text';

/** Stages that the service screens by: initials alone are too seldom meant to be on without a provider's word. */
export const SERVICE_STAGES = ALL_STAGES & ~stageBit('initial');
