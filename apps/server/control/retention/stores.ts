import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type DerivedStore, DerivedStores, dayOf, goneOn } from '@weir/ledger';
import type { Broadcast } from '../broadcast.ts';
import type { Control } from '../control.ts';
import * as broadcastSql from '../sql/broadcasts.ts';
import * as talkSql from '../sql/talk.ts';
import * as userSql from '../sql/users.ts';
import { mediaStore } from './mediaStore.ts';

/** What of a data directory holds neither text nor picture that anybody published, or is the ledger's own. */
export const PLAIN_PATHS = [
  'ledger/',
  'postgres/',
  'pgbin/',
  'run/',
  'control/tombstones.ndjson',
  'control/play.key',
  'control/lexicon/',
  'control/restored.json',
  'control/backup.json',
  'backup/',
  'edge/tombstones.ndjson',
  'edge/lexicon/',
  'ballast',
  'ballast.postgres',
  'clock.json',
  'weir.toml',
] as const;

const wordless = ({ talk, ...broadcast }: Broadcast): Broadcast => ({
  ...broadcast,
  title: '',
  ...(talk ? { talk: { ...talk, words: [] } } : {}),
});
const lastDay = ({ ends, endedAt, createdAt }: Broadcast): number => ends.at(-1) ?? endedAt ?? createdAt;

/** Everything of this service that is derived from what people published, or waits to become it. */
export function derivedStores(control: Control): DerivedStores {
  const { config, broadcasts } = control;
  return new DerivedStores([
    mediaStore(join(config.dataDir, 'media'), (task) => control.recordings.purge(task)),
    words(control),
    {
      name: 'clips',
      holds: 'both',
      paths: ['clips/'],
      // Bundles live for a day, which is shorter than any term.
      purge: () => control.clips.sweep(),
    },
    spill(join(config.dataDir, 'edge', 'spill'), control),
    {
      // Of edges: history and held messages of rooms, and what the screen puts together over several messages.
      name: 'rooms',
      holds: 'text',
      paths: [],
      async purge({ isDue }) {
        const due = [...broadcasts.all()].filter(
          (one) => one.ends.length > 0 && isDue({ broadcast: one.id, ts: lastDay(one) }),
        );
        if (due.length > 0) await control.edges.tell('forget', { rooms: due.map(({ id }) => id) });
        return { removed: 0, bytes: 0 };
      },
    },
    {
      name: 'dry_runs',
      holds: 'text',
      paths: [],
      async purge({ now }) {
        return { removed: control.dryRuns.forget(now), bytes: 0 };
      },
    },
  ]);
}

/**
 * Titles, nicknames and words of rooms in the database and in control's snapshot: what is in use lives on, under
 * another key.
 */
function words(control: Control): DerivedStore {
  const { ledger, broadcasts, database, journal, retentionPolicy } = control;
  const days = retentionPolicy.terms.get('profile')?.floorDays ?? 0;
  return {
    name: 'words',
    holds: 'text',
    paths: ['control/snapshot.ndjson'],
    columns: ['users.nickname', 'broadcasts.title', 'room_words.word'],
    async purge({ now, isDayDue, isDue }) {
      const isGone = (id: string): boolean => {
        const broadcast = broadcasts.get(id);
        if (!broadcast) return false;
        const isOver = broadcast.state === 'ended' || broadcast.ends.length > 0;
        const runs = broadcast.state === 'live' || broadcast.state === 'interrupted';
        return isOver && !runs && isDue({ broadcast: id, ts: lastDay(broadcast) });
      };
      const due = ledger.words
        .days()
        .filter((day) => isDayDue(goneOn(Date.parse(`${day}T12:00:00+08:00`), days)) && day < dayOf(now));
      const upTo = due.at(-1) ?? '';
      const worded = [...broadcasts.all()].filter(
        ({ id, title, talk }) => (title !== '' || (talk?.words.length ?? 0) > 0) && isGone(id),
      );
      if (due.length === 0 && worded.length === 0) return { removed: 0, bytes: 0 };
      await database.write(async (trx) => {
        await userSql.resealNicknames(trx, ledger.words, upTo);
        await talkSql.resealWords(trx, ledger.words, upTo, isGone);
        await broadcastSql.resealTitles(trx, ledger.words, upTo, isGone);
      });
      for (const { id } of worded) {
        const broadcast = broadcasts.get(id);
        if (broadcast) broadcasts.put(wordless(broadcast));
      }
      for (const day of due) ledger.words.destroy(day);
      journal.compact();
      return { removed: worded.length + due.length, bytes: 0 };
    },
  };
}

/** What a gate holds lies sealed under a key in the edge's memory; files that nobody holds any more go. */
function spill(dir: string, { broadcasts }: Control): DerivedStore {
  return {
    name: 'gate_spill',
    holds: 'picture',
    paths: ['edge/spill/'],
    async purge({ isDue }) {
      let removed = 0;
      let bytes = 0;
      for (const name of await readdir(dir).catch(() => [])) {
        const path = join(dir, name);
        const { mtimeMs, size } = await stat(path);
        const id = [...broadcasts.all()].find((one) => name.includes(one.id))?.id ?? '';
        if (!isDue({ broadcast: id, ts: Math.floor(mtimeMs) })) continue;
        await rm(path, { recursive: true, force: true });
        removed++;
        bytes += size;
      }
      return { removed, bytes };
    },
  };
}
