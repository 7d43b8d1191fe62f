import { join } from 'node:path';
import { openStorage } from '@weir/ledger';
import { readSlots } from '@weir/ledger/keys/readSlots.ts';
import type { SlotFile } from '@weir/ledger/keys/slots.ts';
import { piecesOf } from '@weir/media/tap/shelf.ts';
import { placeOf } from '../../control/recordings/entry.ts';
import { readList } from '../../control/recordings/list.ts';
import { type Opened, RecordedPlaces } from '../../control/recordings/place.ts';
import type { BackupWriter } from '../store/index.ts';
import { abortable } from './abortable.ts';
import type { CopyOptions } from './copy.ts';

const FOLDER = 'media/';

/**
 * Puts recordings into a backup, from this disk or out of the bucket, by a file of JSON lines `{name, due}`. A closed one
 * never changes, so its end stands for its time: one that moved into the bucket since the last backup is not read again.
 * One that is nowhere any more was purged meanwhile, and is left out.
 * @throws Problem bucket_unavailable; BackupFault
 */
export async function putMedia(writer: BackupWriter, options: CopyOptions, list: string): Promise<void> {
  const { onProgress, signal } = options;
  let of = 0;
  for await (const _ of readList(list)) of++;
  const places = new Places(options);
  try {
    let done = 0;
    for await (const { name, due } of readList(list)) {
      signal.throwIfAborted();
      const path = name.slice(FOLDER.length);
      const opened = await places.open(path);
      if (opened) {
        const { file, bytes } = opened;
        const how = { bytes, mtimeMs: placeOf(path).toMs, ...(due === undefined ? {} : { expiresAt: due }) };
        try {
          await writer.put(name, () => abortable(piecesOf(file), signal), how);
        } finally {
          await file.close();
        }
      }
      onProgress({ phase: 'media', done: ++done, of });
    }
  } finally {
    places.close();
  }
}

/** Recordings as they lie now: looked for anew where one was not found, since files and keys come meanwhile. */
class Places {
  readonly #options: Pick<CopyOptions, 'dataDir' | 'kekFile'>;
  readonly #storage: ReturnType<typeof openStorage> | undefined;
  #slots: SlotFile;
  #places: RecordedPlaces;

  constructor({ dataDir, kekFile, storage }: CopyOptions) {
    this.#options = { dataDir, kekFile };
    this.#storage = storage.kind === 's3' ? openStorage(storage) : undefined;
    this.#slots = readSlots(join(dataDir, 'ledger'), kekFile);
    this.#places = new RecordedPlaces(dataDir, this.#slots, this.#storage);
  }

  async open(path: string): Promise<Opened | undefined> {
    const opened = await this.#places.open(path);
    if (opened) return opened;
    const { dataDir, kekFile } = this.#options;
    this.#slots.close();
    this.#slots = readSlots(join(dataDir, 'ledger'), kekFile);
    this.#places = new RecordedPlaces(dataDir, this.#slots, this.#storage);
    return this.#places.open(path);
  }

  close(): void {
    this.#slots.close();
    this.#storage?.close();
  }
}
