import type { ReactElement } from 'react';
import { type Chord, capOf } from '../keys/chord.ts';

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A key as it is printed on the keyboard; screen readers hear it from the help instead. */
export function KeyCap(props: { chord: Chord }): ReactElement {
  return (
    <span className="key-cap" aria-hidden="true">
      <kbd>{capOf(props.chord, mac)}</kbd>
    </span>
  );
}
