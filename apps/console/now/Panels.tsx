import type { Broadcast } from '@weir/look';
import type { ReactElement } from 'react';
import type { Panel } from './actions.ts';
import { CutPanel } from './panel/CutPanel.tsx';
import { GatePanel } from './panel/GatePanel.tsx';
import { RestorePanel } from './panel/RestorePanel.tsx';
import { RemovePanel } from './talk/RemovePanel.tsx';
import type { Removal } from './talk/useRemoval.ts';

/** The one panel that stands open: every order is given in the same place. */
export function Panels(props: {
  broadcast: Broadcast;
  panel: Panel;
  removal: Removal;
  onBack: () => void;
  onDone: () => void;
}): ReactElement | null {
  const { broadcast, panel, removal, onBack, onDone } = props;
  if (removal.asked)
    return (
      <RemovePanel
        key={removal.asked.id}
        message={removal.asked}
        onBack={removal.back}
        onDone={() => {
          removal.done();
          onDone();
        }}
      />
    );
  switch (panel) {
    case 'cut':
      return <CutPanel broadcast={broadcast} onBack={onBack} onDone={onDone} />;
    case 'gate':
      return <GatePanel broadcast={broadcast} onBack={onBack} onDone={onDone} />;
    case 'restore':
      return <RestorePanel broadcast={broadcast} onBack={onBack} onDone={onDone} />;
    case undefined:
      return null;
  }
}
