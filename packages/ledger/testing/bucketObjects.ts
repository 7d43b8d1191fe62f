import { hash } from 'node:crypto';

export type Lock = { mode: string; until: number };
export type Version = Lock & {
  id: string;
  bytes: Buffer;
  isMarker: boolean;
  isHeld: boolean;
  checksum: string | undefined;
};
type Upload = { key: string; lock: Lock; parts: Map<number, Buffer> };

/** Objects of a bucket by key, their versions where it keeps them, and uploads in parts that are under way. */
export class BucketObjects {
  readonly #keepsVersions: boolean;
  readonly #objects = new Map<string, Version[]>();
  readonly uploads = new Map<string, Upload>();
  #count = 0;

  constructor(keepsVersions: boolean) {
    this.#keepsVersions = keepsVersions;
  }

  versions(key: string): readonly Version[] {
    return this.#objects.get(key) ?? [];
  }

  /** What is there now, not hidden by a marker. */
  latest(key: string): Version | undefined {
    const last = this.versions(key).at(-1);
    return last?.isMarker === false ? last : undefined;
  }

  put(key: string, bytes: Buffer, lock: Lock, checksum: string): void {
    const id = this.#keepsVersions ? `v${++this.#count}` : 'null';
    const version = { id, bytes, isMarker: false, isHeld: false, checksum, ...lock };
    this.#objects.set(key, [...(this.#keepsVersions ? this.versions(key) : []), version]);
  }

  /** Hides it where versions are kept, else removes it. */
  hide(key: string): void {
    if (!this.#keepsVersions) return void this.#objects.delete(key);
    const marker = { bytes: Buffer.alloc(0), isMarker: true, isHeld: false, checksum: undefined };
    this.#objects.set(key, [
      ...this.versions(key),
      { id: `v${++this.#count}`, mode: '', until: 0, ...marker },
    ]);
  }

  remove(key: string, version: Version): void {
    this.#objects.set(
      key,
      this.versions(key).filter((one) => one !== version),
    );
  }

  begin(key: string, lock: Lock): string {
    const id = `u${++this.#count}`;
    this.uploads.set(id, { key, lock, parts: new Map() });
    return id;
  }

  /** Puts the parts together; gives the composite checksum. */
  complete(id: string): string | undefined {
    const upload = this.uploads.get(id);
    if (!upload) return undefined;
    const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    const each = Buffer.concat(parts.map((part) => hash('sha256', part, 'buffer')));
    const checksum = `${hash('sha256', each, 'base64')}-${parts.length}`;
    this.put(upload.key, Buffer.concat(parts), upload.lock, checksum);
    this.uploads.delete(id);
    return checksum;
  }

  keys(prefix = ''): string[] {
    return [...this.#objects]
      .filter(([key, versions]) => key.startsWith(prefix) && versions.length > 0)
      .map(([key]) => key)
      .sort();
  }
}
