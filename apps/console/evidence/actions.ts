import type { Action } from '@weir/look';

export type EvidenceContext = {
  /** Moves the moment by so many ms. */
  step(ms: number): void;
  /** To the next or previous line. */
  line(by: -1 | 1): void;
  window(by: -1 | 1): void;
  pause(): void;
  sound(): void;
  mark(edge: 'from' | 'to'): void;
  clip(): void;
  hold(): void;
  /** A panel stands open. */
  asked: boolean;
  close(): void;
  back(): void;
};

const STEP_MS = 5_000;
const group = 'console.evidence.title';

/** What is done on the timeline of a broadcast. */
export const EVIDENCE_ACTIONS: readonly Action<EvidenceContext>[] = [
  {
    id: 'evidence.next',
    label: 'console.evidence.action.next',
    group,
    key: 'KeyJ',
    repeats: true,
    run: ({ line }) => line(1),
  },
  {
    id: 'evidence.previous',
    label: 'console.evidence.action.previous',
    group,
    key: 'KeyK',
    repeats: true,
    run: ({ line }) => line(-1),
  },
  {
    id: 'evidence.forward',
    label: 'console.evidence.action.forward',
    group,
    key: 'ArrowRight',
    repeats: true,
    run: ({ step }) => step(STEP_MS),
  },
  {
    id: 'evidence.backward',
    label: 'console.evidence.action.backward',
    group,
    key: 'ArrowLeft',
    repeats: true,
    run: ({ step }) => step(-STEP_MS),
  },
  {
    id: 'evidence.later',
    label: 'console.evidence.action.later',
    group,
    key: 'PageDown',
    run: ({ window }) => window(1),
  },
  {
    id: 'evidence.earlier',
    label: 'console.evidence.action.earlier',
    group,
    key: 'PageUp',
    run: ({ window }) => window(-1),
  },
  {
    id: 'evidence.pause',
    label: 'console.evidence.action.pause',
    group,
    key: 'KeyP',
    run: ({ pause }) => pause(),
  },
  { id: 'evidence.sound', label: 'console.action.sound', group, key: 'KeyM', run: ({ sound }) => sound() },
  {
    id: 'evidence.in',
    label: 'console.evidence.action.in',
    group,
    key: 'KeyI',
    run: ({ mark }) => mark('from'),
  },
  {
    id: 'evidence.out',
    label: 'console.evidence.action.out',
    group,
    key: 'KeyO',
    run: ({ mark }) => mark('to'),
  },
  {
    id: 'evidence.clip',
    label: 'console.evidence.action.clip',
    group,
    key: 'KeyT',
    run: ({ clip }) => clip(),
  },
  {
    id: 'evidence.hold',
    label: 'console.evidence.action.hold',
    group,
    key: 'KeyH',
    permission: 'admin',
    run: ({ hold }) => hold(),
  },
  {
    id: 'evidence.back',
    label: 'console.action.back',
    group,
    key: 'Escape',
    run: ({ asked, close, back }) => (asked ? close() : back()),
  },
];
