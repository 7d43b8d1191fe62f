import type { ReactElement, ReactNode } from 'react';
import './states.css';

/**
 * Nothing is here: says what would be, and when or how it comes. `children` is the way on. `page`: it stands
 * for the whole page, whose heading it then is.
 */
export function Empty(props: { text: string; page?: boolean; children?: ReactNode }): ReactElement {
  return (
    <div className="state" data-weir-view="empty">
      {props.page ? <h1 className="state-title">{props.text}</h1> : <p>{props.text}</p>}
      {props.children}
    </div>
  );
}
