import type { ReactElement, ReactNode } from 'react';

/** A row of a list: how it stands and what it is about, and below what was written. */
export function ItemLine(props: { state: ReactNode; about: ReactNode; children: ReactNode }): ReactElement {
  return (
    <>
      <span className="small items-line">
        {props.state} <span className="mute">{props.about}</span>
      </span>
      <span className="items-text">{props.children}</span>
    </>
  );
}
