import { ActionPanel } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { Written } from '../items/Written.tsx';
import { Reasons } from '../now/panel/Reasons.tsx';
import { DEFAULT_REASON, useReasons } from '../now/panel/reasons.ts';
import { useWrite } from '../now/panel/useWrite.ts';
import type { HeldName } from './name.ts';

/** Refuses a title or nickname with its public reason: R, then Enter. */
export function RefusePanel(props: { name: HeldName; onBack: () => void; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { name } = props;
  const [reason, setReason] = useState(DEFAULT_REASON);
  const confirm = useRef<HTMLButtonElement>(null);
  const { load, labelOf } = useReasons(setReason, name.category);
  const [write, run] = useWrite<unknown>(
    () => api.post(`/api/names/${name.id}/refuse`, { reason }),
    props.onDone,
  );
  useEffect(() => confirm.current?.focus(), []);
  return (
    <ActionPanel
      title={t('console.names.refuse.title')}
      onBack={props.onBack}
      headings={{ clause: t('console.cut.reason') }}
      sections={{
        clause: <Reasons load={load} value={reason} onChoose={setReason} />,
        effects: <p className="small">{t('console.names.refuse.effects', { now: name.now })}</p>,
      }}
      summary={
        <p className="small">
          {name.owner.nickname}: <Written {...name} /> · {labelOf(reason)}
        </p>
      }
      confirm={{ label: t('console.names.action.refuse'), run, ref: confirm, danger: true, ...write }}
    />
  );
}
