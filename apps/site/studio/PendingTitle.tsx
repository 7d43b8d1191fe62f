import { FailureLine } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { NameState } from '../account/NameState.tsx';
import { useOwnNames } from '../account/ownNames.ts';
import { useWhyText } from '../room/labels.ts';

/** Under a title: that another one waits, or why it was refused and the way to another person. */
export function PendingTitle(props: { broadcast: string }): ReactElement | null {
  const { t } = useTranslation();
  const why = useWhyText();
  const { load, contest, failed } = useOwnNames();
  const items = load.state === 'ready' ? load.data.items : [];
  const latest = items.find((one) => one.of === 'title' && one.subject === props.broadcast);
  if (!latest || latest.state === 'released') return null;
  return (
    <div className="desk-pending">
      <NameState name={latest} onContest={contest}>
        {t(`studio.pending.${latest.state}`, {
          text: latest.text ?? '–',
          why: why(latest.reason ?? latest.category),
        })}
      </NameState>
      {failed !== undefined && <FailureLine error={failed} />}
    </div>
  );
}
