/** Longest password looked at, in characters; the door refuses longer ones. */
export const MAX_PASSWORD_CHARS = 256;

/** `vault.hash`: a new hash of a password. */
export type HashAsk = { password: string };
export type HashAnswer = { hash: string };
/** `vault.verify`: without `hash` (no such account) the same work is done and the answer is false. */
export type VerifyAsk = { password: string; hash: string | null };
export type VerifyAnswer = { ok: boolean };
