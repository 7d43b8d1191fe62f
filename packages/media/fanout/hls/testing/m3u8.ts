/** A playlist as a player would read it: written from RFC 8216, not from the writer. */
export type Entry = {
  uri: string;
  durationS: number;
  map: string;
  /** Discontinuity sequence number (RFC 8216 section 6.2.1). */
  discontinuity: number;
  msn: number;
  wallMs: number;
  parts: PartEntry[];
};
export type PartEntry = { uri: string; durationS: number; independent: boolean };
export type Playlist = {
  tags: Map<string, string>;
  targetS: number;
  partTargetS: number;
  entries: Entry[];
  /** Parts of the segment still open. */
  openParts: PartEntry[];
  hint: string | undefined;
  ended: boolean;
  independent: boolean;
};

/** The attribute list behind a tag (RFC 8216 section 4.2), quotes taken off. */
export function attributes(list: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [, name = '', quoted, plain] of list.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g))
    out[name] = quoted ?? plain ?? '';
  return out;
}

/** @throws Error on a line that RFC 8216 does not allow where it stands */
export function readPlaylist(text: string): Playlist {
  const lines = text.split('\n');
  if (lines[0] !== '#EXTM3U' || lines.at(-1) !== '') throw new Error('not a playlist');
  const tags = new Map<string, string>();
  const entries: Entry[] = [];
  let parts: PartEntry[] = [];
  let [map, wallMs, hint] = ['', Number.NaN, undefined as string | undefined];
  let durationS: number | undefined;
  let discontinuity: number | undefined;
  let jumps = 0;
  for (const line of lines.slice(1, -1)) {
    const [, tag = '', value = ''] = /^#([A-Z0-9-]+)(?::(.*))?$/.exec(line) ?? [];
    if (tag === 'EXTINF') durationS = Number.parseFloat(value);
    else if (tag === 'EXT-X-DISCONTINUITY') jumps++;
    else if (tag === 'EXT-X-MAP') map = attributes(value)['URI'] ?? '';
    else if (tag === 'EXT-X-PROGRAM-DATE-TIME') wallMs = Date.parse(value);
    else if (tag === 'EXT-X-PRELOAD-HINT') hint = attributes(value)['URI'];
    else if (tag === 'EXT-X-PART') {
      const { URI = '', DURATION = '', INDEPENDENT } = attributes(value);
      parts.push({ uri: URI, durationS: Number(DURATION), independent: INDEPENDENT === 'YES' });
    } else if (tag) tags.set(tag, value);
    else {
      if (durationS === undefined || !map || line === '' || line.startsWith('#'))
        throw new Error(`stray line: ${line}`);
      discontinuity = Number(tags.get('EXT-X-DISCONTINUITY-SEQUENCE') ?? 0) + jumps;
      const msn = Number(tags.get('EXT-X-MEDIA-SEQUENCE') ?? 0) + entries.length;
      entries.push({ uri: line, durationS, map, discontinuity, msn, wallMs, parts });
      durationS = undefined;
      parts = [];
    }
  }
  return {
    tags,
    targetS: Number(tags.get('EXT-X-TARGETDURATION')),
    partTargetS: Number(attributes(tags.get('EXT-X-PART-INF') ?? '')['PART-TARGET']),
    entries,
    openParts: parts,
    hint,
    ended: tags.has('EXT-X-ENDLIST'),
    independent: tags.has('EXT-X-INDEPENDENT-SEGMENTS'),
  };
}
