import { createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LogName, LogProof } from '@weir/ledger';
import type { ClipPart } from '@weir/media/tap/clip.ts';
import { ZipFile } from 'yazl';

/** The file of a bundle that says what the others are. */
export const MANIFEST = 'evidence.json';
export const READ_ME = 'README.txt';
/** Folder of the recorded files as they lie in DATA/media. */
export const RECORDED = 'recorded/';

/** A recorded file of the bundle, and the number of its record in the `content` log. */
export type RecordedFile = { file: string; n: number };

/**
 * What an evidence bundle says of itself. Times are wall ms. `proofs` hold the records: in `content` what was said and
 * shown in that stretch and the hash of each recorded file, in `moderation` what was decided of the broadcast, in
 * `access` who took the clip, when, and on which ground.
 */
export type Bundle = {
  v: 1;
  id: string;
  broadcast: string;
  asked: { from: number; to: number };
  parts: ClipPart[];
  recorded: RecordedFile[];
  proofs: Partial<Record<LogName, LogProof>>;
};

const EXPLAINED = `证据包 · Evidence bundle

clip-N.mp4       片段，未经重新编码，从关键帧起 · the clip, nothing coded again, from a key frame on
recorded/        录制原件，片段的每一帧都在其中 · the recorded files that hold every frame of the clip
evidence.json    清单与证明：记录、承诺、包含路径、签名检查点 · the list and the proofs: records, commitments,
                 inclusion paths, signed checkpoints

核对 · To check it:  weir verify THIS.zip

不用堰也能核对 · Without Weir: evidence.json/proofs/LOG: "vkey" is the key of the log as its provider published it;
"checkpoint" is a C2SP signed note under it. For each block: SHA-256 over 32 bytes of salt and the line gives the
commitment of a record; the commitments of a block in the order of their numbers, shown ones made anew, the others as
listed, hash to the entry's "digest"; the entry is leaf "leaf" of the tree of the checkpoint (RFC 6962).
A record segment.recorded names the SHA-256 of a file in recorded/; a record evidence.clipped those of the clips
("parts"), their times ("stretches"), and the records here ("shown": SHA-256 over "LOG NUMBER\\n" of each, in content,
then in moderation, by number).
`;

/**
 * Writes a bundle as one ZIP file, durably; media is stored, not compressed. `folder` holds the parts; recorded files
 * are read, one after the other, when their turn comes.
 */
export async function writeBundle(
  path: string,
  bundle: Bundle,
  {
    folder,
    files,
  }: { folder: string; files: readonly { file: string; read: () => Promise<AsyncIterable<Buffer>> }[] },
): Promise<void> {
  const zip = new ZipFile();
  const text = (name: string, content: string): void =>
    zip.addBuffer(Buffer.from(content), name, { compress: true });
  text(READ_ME, EXPLAINED);
  text(MANIFEST, `${JSON.stringify(bundle, null, 1)}\n`);
  for (const { file } of bundle.parts) zip.addFile(join(folder, file), file, { compress: false });
  const failed = new Promise<never>((_, fail) => {
    zip.on('error', fail);
    for (const { file, read } of files)
      zip.addReadStreamLazy(file, { compress: false }, (give) => {
        read().then((pieces) => {
          const stream = Readable.from(pieces);
          stream.once('error', fail);
          give(null, stream);
        }, fail);
      });
  });
  failed.catch(() => {});
  zip.end();
  const part = `${path}.part`;
  await Promise.race([pipeline(zip.outputStream, createWriteStream(part, { mode: 0o600 })), failed]);
  const file = await open(part, 'r');
  await file.sync();
  await file.close();
  await rename(part, path);
}
