import type { Action } from '@weir/look';

/** A message as it is listed: waiting in the gate, or shown. */
export type Spoken = {
  id: string;
  user: { id: string; nickname: string };
  text: string;
  ts: string;
  held: boolean;
  /** For what the screen held it. */
  category?: string;
  /** Where the screen found something, and what it took to find it; UTF-16 units, end exclusive. */
  hits?: readonly { start: number; end: number; term?: string; stages?: readonly string[] }[];
};

export type TalkContext = {
  spoken: readonly Spoken[];
  chosen: () => string | undefined;
  choose(id: string | undefined): void;
  release(message: Spoken): void;
  /** Refuses a held message or recalls a shown one: asks for the public reason first. */
  remove(message: Spoken): void;
  /** Says that the screen was wrong about it; the message waits on. */
  reportFalse(message: Spoken): void;
};

export const messageAt = ({ spoken, chosen }: TalkContext): Spoken | undefined =>
  spoken.find(({ id }) => id === chosen());

function move({ spoken, chosen, choose }: TalkContext, by: number): void {
  const at = spoken.findIndex(({ id }) => id === chosen());
  const from = spoken.findIndex(({ held }) => held);
  const to = at < 0 ? Math.max(0, from) : Math.min(spoken.length - 1, Math.max(0, at + by));
  choose(spoken[to]?.id);
}

/** What is done with messages by key: choose with the arrows, N lets through, R takes away. */
export const TALK_ACTIONS: readonly Action<TalkContext>[] = [
  {
    id: 'talk.next',
    label: 'console.action.nextMessage',
    group: 'console.talk.title',
    key: 'ArrowDown',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'talk.previous',
    label: 'console.action.previousMessage',
    group: 'console.talk.title',
    key: 'ArrowUp',
    repeats: true,
    run: (context) => move(context, -1),
  },
  {
    id: 'talk.release',
    label: 'console.action.release',
    group: 'console.talk.title',
    key: 'KeyN',
    when: (context) => messageAt(context)?.held === true,
    run: (context) => {
      const message = messageAt(context);
      if (message?.held) context.release(message);
    },
  },
  {
    id: 'talk.falsePositive',
    label: 'console.action.falsePositive',
    group: 'console.talk.title',
    key: 'KeyA',
    when: (context) => (messageAt(context)?.hits?.length ?? 0) > 0,
    run: (context) => {
      const message = messageAt(context);
      if (message) context.reportFalse(message);
    },
  },
  {
    id: 'talk.remove',
    label: 'console.action.remove',
    group: 'console.talk.title',
    key: 'KeyR',
    when: (context) => messageAt(context) !== undefined,
    run: (context) => {
      const message = messageAt(context);
      if (message) context.remove(message);
    },
  },
];
