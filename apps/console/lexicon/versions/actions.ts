import type { Action } from '@weir/look';
import type { Version } from '../entry.ts';

export type VersionPanel = 'activate' | 'shadow' | undefined;

export type VersionsContext = {
  versions: readonly Version[];
  chosen: () => number | undefined;
  choose(version: number): void;
  panel: VersionPanel;
  setPanel(panel: VersionPanel): void;
  dryRun(): void;
};

const at = ({ versions, chosen }: VersionsContext): Version | undefined =>
  versions.find(({ version }) => version === chosen());
const notLive = (context: VersionsContext): boolean => (at(context)?.state ?? 'live') !== 'live';

function move({ versions, chosen, choose }: VersionsContext, by: number): void {
  const from = versions.findIndex(({ version }) => version === chosen());
  const to = versions[from < 0 ? 0 : Math.min(versions.length - 1, Math.max(0, from + by))];
  if (to) choose(to.version);
}

/** What is done with versions: looked at, tried on what was said, tried beside the one in force, put in force. */
export const VERSION_ACTIONS: readonly Action<VersionsContext>[] = [
  {
    id: 'versions.next',
    label: 'console.lexicon.action.nextVersion',
    group: 'console.lexicon.tab.versions',
    key: 'KeyJ',
    repeats: true,
    run: (context) => move(context, 1),
  },
  {
    id: 'versions.previous',
    label: 'console.lexicon.action.previousVersion',
    group: 'console.lexicon.tab.versions',
    key: 'KeyK',
    repeats: true,
    run: (context) => move(context, -1),
  },
  {
    id: 'versions.dryRun',
    label: 'console.lexicon.action.dryRun',
    group: 'console.lexicon.tab.versions',
    key: 'KeyD',
    permission: 'lexicon',
    when: (context) => at(context) !== undefined,
    run: ({ dryRun }) => dryRun(),
  },
  {
    id: 'versions.shadow',
    label: 'console.lexicon.action.shadow',
    group: 'console.lexicon.tab.versions',
    key: 'KeyB',
    permission: 'lexicon',
    when: (context) => notLive(context) && at(context)?.state !== 'shadow',
    run: ({ setPanel }) => setPanel('shadow'),
  },
  {
    id: 'versions.activate',
    label: 'console.lexicon.action.activate',
    group: 'console.lexicon.tab.versions',
    key: 'KeyG',
    permission: 'lexicon',
    when: notLive,
    run: ({ setPanel }) => setPanel('activate'),
  },
  {
    id: 'versions.back',
    label: 'console.action.back',
    group: 'console.lexicon.tab.versions',
    key: 'Escape',
    when: ({ panel }) => panel !== undefined,
    run: ({ setPanel }) => setPanel(undefined),
  },
];
