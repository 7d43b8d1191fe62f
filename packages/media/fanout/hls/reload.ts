import { Problem } from '@weir/kit';
import type { Rendition } from './rendition.ts';

const NUMBER = /^\d{1,15}$/;

/**
 * What a blocking playlist reload waits for (RFC 8216bis section 6.2.5.2): `_HLS_msn`, optionally `_HLS_part`.
 * Answers a test that holds once the playlist has it, or undefined where the request names nothing.
 * @throws Problem `bad_request` for a segment more than two ahead, or a part without its segment
 */
export function readReload(query: URLSearchParams, rendition: Rendition): (() => boolean) | undefined {
  const [msnText, partText] = [query.get('_HLS_msn'), query.get('_HLS_part')];
  if (msnText === null && partText === null) return undefined;
  if (msnText === null || !NUMBER.test(msnText) || (partText !== null && !NUMBER.test(partText)))
    throw new Problem('bad_request', '_HLS_msn is a whole number, and _HLS_part needs it');
  const msn = Number(msnText);
  const newest = (): number => rendition.open?.msn ?? (rendition.segments.at(-1)?.msn ?? -1) + 1;
  if (msn > newest() + 2) throw new Problem('bad_request', '_HLS_msn is too far ahead');
  const part = partText === null ? undefined : Number(partText);
  return () => {
    if ((rendition.segments.at(-1)?.msn ?? -1) >= msn) return true;
    return part !== undefined && rendition.open?.msn === msn && rendition.open.parts.length > part;
  };
}
