import { Fragment, type ReactElement } from 'react';

/** A message as it was written, with what the screen found underlined. Hits that do not fit are left out. */
export function MarkedText(props: {
  text: string;
  hits?: readonly { start: number; end: number }[] | undefined;
}): ReactElement {
  return (
    <>
      {parts(props.text, props.hits ?? []).map(({ text, hit, at }) => (
        <Fragment key={at}>{hit ? <mark>{text}</mark> : text}</Fragment>
      ))}
    </>
  );
}

/** The text cut at the edges of its hits; overlapping ones become one. */
export function parts(
  text: string,
  hits: readonly { start: number; end: number }[],
): { text: string; hit: boolean; at: number }[] {
  const found: { text: string; hit: boolean; at: number }[] = [];
  let done = 0;
  for (const { start, end } of hits.toSorted((a, b) => a.start - b.start)) {
    const from = Math.max(start, done);
    const to = Math.min(end, text.length);
    if (to <= from) continue;
    if (from > done) found.push({ text: text.slice(done, from), hit: false, at: done });
    found.push({ text: text.slice(from, to), hit: true, at: from });
    done = to;
  }
  if (done < text.length) found.push({ text: text.slice(done), hit: false, at: done });
  return found;
}
