import type { Certificate } from '@weir/look';
import { describe, expect, it } from 'vitest';
import { answersOf, asText } from './certificate.ts';

const at = (ms: number): string => new Date(1_000_000 + ms).toISOString();
const edge = (over: object): Certificate['edges'][number] => ({
  edge: '1',
  state: 'confirmed',
  viewers: 3,
  lastWriteAt: null,
  lastResetAt: null,
  publisherKickedAt: null,
  ...over,
});
const certificate = (...edges: Certificate['edges']): Certificate => ({
  id: 'o',
  broadcast: 'b',
  state: 'provisional',
  orderedAt: at(0),
  gatesClosedAt: at(2),
  lastWriteAt: null,
  lastResetAt: null,
  viewersCut: 3,
  edges,
  beyond: [],
});

describe('what an edge has answered', () => {
  it('is how long after the order its last connection was reset', () => {
    const one = edge({ lastWriteAt: at(-5), lastResetAt: at(41) });
    expect(answersOf(certificate(one), 0)).toEqual([{ edge: '1', state: 'cut', ms: 41, viewers: 3 }]);
  });

  it('is idle where nobody was there', () => {
    expect(answersOf(certificate(edge({ lastWriteAt: at(-900) })), 0)[0]?.state).toBe('idle');
  });

  it('is unconfirmed for as long as its lease lasts, and then closed all the same', () => {
    const one = edge({ state: 'unconfirmed', closedNoLaterThan: at(7_000) });
    expect(answersOf(certificate(one), 1_000_000)[0]).toMatchObject({ state: 'unconfirmed', leftMs: 7_000 });
    expect(answersOf(certificate(one), 1_009_000)[0]).toMatchObject({ leftMs: 0 });
  });

  it('is all in the copied text', () => {
    const text = asText('标题', ['一行'], certificate(edge({})));
    expect(text.startsWith('标题\n一行\n')).toBe(true);
    expect(text).toContain('"broadcast": "b"');
  });
});
