import { ApiError } from '@weir/look';
import { useEffect, useState } from 'react';
import { iso } from './iso.ts';
import type { Reach } from './moment.ts';

/** The picture of a window: where its file is, and the wall time (ms) of its first frame. */
export type Picture =
  | { state: 'loading' }
  | { state: 'none' }
  | { state: 'failed'; error: unknown }
  | { state: 'ready'; src: string; from: number };

/** Fetches what came in between two times; a stretch without a recording is `none`. */
export function usePicture(broadcast: string, { from, to }: Reach): Picture {
  const [picture, setPicture] = useState<Picture>({ state: 'loading' });
  useEffect(() => {
    const left = new AbortController();
    let src: string | undefined;
    setPicture({ state: 'loading' });
    const path = `/api/broadcasts/${broadcast}/recording?from=${iso(from)}&to=${iso(to)}`;
    fetchPicture(path, left.signal)
      .then((found) => {
        if (left.signal.aborted) return;
        src = found && URL.createObjectURL(found.file);
        setPicture(found && src ? { state: 'ready', src, from: found.from } : { state: 'none' });
      })
      .catch((error: unknown) => {
        if (!left.signal.aborted) setPicture({ state: 'failed', error });
      });
    return () => {
      left.abort();
      if (src) URL.revokeObjectURL(src);
    };
  }, [broadcast, from, to]);
  return picture;
}

async function fetchPicture(
  path: string,
  signal: AbortSignal,
): Promise<{ file: Blob; from: number } | undefined> {
  const answer = await fetch(path, { signal }).catch(() => {
    throw new ApiError('network', 0);
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) {
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    throw new ApiError(code ?? 'unreadable', answer.status);
  }
  return { file: await answer.blob(), from: Date.parse(answer.headers.get('x-weir-from') ?? '') };
}
