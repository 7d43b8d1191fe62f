import type { ReactElement, ReactNode } from 'react';
import './states.css';

/** Nothing is here: says what would be, and when or how it comes. `children` is the way on. */
export function Empty(props: { text: string; children?: ReactNode }): ReactElement {
  return (
    <div className="state" data-weir-view="empty">
      <p>{props.text}</p>
      {props.children}
    </div>
  );
}
