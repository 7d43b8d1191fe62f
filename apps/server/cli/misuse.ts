/** A command that was used wrongly: exit code 2. */
export class WrongUse extends Error {}
