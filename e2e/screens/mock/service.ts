const HOUR_MS = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

/** What staff see of the service itself: open or closed after a restore, and its last backup. */
export class Service {
  /** Closed since a restore. */
  closed = false;
  backup: {
    last: { generation: string; at: string; doneAt: string; to: string; bytes: number } | null;
    running: { phase: string; done: number; of: number; to: string; at: string } | null;
    keysBehind: boolean;
  } = {
    last: { generation: 'g', at: ago(3), doneAt: ago(3), to: '/backup', bytes: 1_240_000_000 },
    running: null,
    keysBehind: false,
  };

  /** The disk, and the bucket. */
  capacity: {
    state: 'ok' | 'low' | 'full';
    hoursLeft: number | null;
    bucket: { state: string; waiting: number; daysToSeal: number };
  } = { state: 'ok', hoursLeft: null, bucket: { state: 'none', waiting: 0, daysToSeal: 0 } };

  state(): object {
    const restored = {
      restoredAt: ago(1),
      cutAt: ago(4),
      knownUntil: ago(2),
      generation: 'g',
      reopened: null,
    };
    return { state: this.closed ? 'closed' : 'open', restored: this.closed ? restored : null };
  }

  reopen(): object {
    this.closed = false;
    return this.state();
  }

  /** The last backup is older than it should be, its target away, and another runs. */
  late(): void {
    if (this.backup.last) this.backup.last.at = ago(60);
    this.backup.keysBehind = true;
    this.backup.running = { phase: 'media', done: 43, of: 100, to: '/backup', at: ago(0) };
  }
}
