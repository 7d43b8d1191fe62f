import type { Certificate } from '@weir/look';

export type EdgeAnswer =
  | { edge: string; state: 'cut'; ms: number; viewers: number }
  | { edge: string; state: 'idle' }
  | { edge: string; state: 'unconfirmed'; until: string; leftMs: number };

/**
 * What each edge has answered: cut after so many ms, closed with nobody there, or not confirmed yet, with what is
 * left of its lease at wall time `now`: then it is closed whether it answers or not.
 */
export function answersOf(certificate: Certificate, now: number): EdgeAnswer[] {
  const ordered = Date.parse(certificate.orderedAt);
  return certificate.edges.map((one) => {
    const { edge, viewers } = one;
    if (one.state === 'unconfirmed') {
      const until = one.closedNoLaterThan ?? certificate.orderedAt;
      return { edge, state: 'unconfirmed', until, leftMs: Math.max(0, Date.parse(until) - now) };
    }
    const last = Math.max(...[one.lastResetAt, one.lastWriteAt].map((at) => (at ? Date.parse(at) : 0)));
    // Bytes written before the order are no answer to it.
    return last >= ordered ? { edge, state: 'cut', ms: last - ordered, viewers } : { edge, state: 'idle' };
  });
}

/** The certificate as plain text, for a report or a message to somebody. */
export function asText(title: string, lines: readonly string[], certificate: Certificate): string {
  return [title, ...lines, '', JSON.stringify(certificate, null, 2), ''].join('\n');
}
