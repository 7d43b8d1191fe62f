import type { Log } from '@weir/kit';
import type { Archive } from '../archive/archive.ts';
import type { DayKeys } from '../keys/day.ts';
import { type AppendLog, IndexAhead } from '../log.ts';
import type { Catalogue } from '../sealed/catalogue.ts';
import { catchUp } from './catchUp.ts';
import { RoomIndex } from './index.ts';
import { RoomStore } from './store.ts';

/** Opens the content log with its index, and the index anew where it does not fit the log. */
export async function openIndexed(parts: {
  path: string;
  origin: string;
  keys: DayKeys;
  catalogue: Catalogue;
  archive: Archive;
  logger: Log;
  openLog: (rooms: RoomIndex) => Promise<AppendLog>;
}): Promise<{ rooms: RoomIndex; log: AppendLog }> {
  const { path, origin, keys, catalogue, archive, logger, openLog } = parts;
  const open = async (store: RoomStore): Promise<{ rooms: RoomIndex; log: AppendLog }> => {
    try {
      const rooms = new RoomIndex(store, keys);
      await catchUp(rooms, catalogue, archive);
      return { rooms, log: await openLog(rooms) };
    } catch (why) {
      store.close();
      throw why;
    }
  };
  try {
    return await open(RoomStore.open(path, origin));
  } catch (why) {
    if (!(why instanceof IndexAhead)) throw why;
    logger.warn({ path }, 'the index of rooms is of another state of the log and is made again');
    return open(RoomStore.make(path, origin));
  }
}
