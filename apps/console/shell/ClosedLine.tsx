import { ActionPanel, dateTime, useLoad } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { useWrite } from '../now/panel/useWrite.ts';
import { Words } from '../now/panel/Words.tsx';

type Service = {
  state: 'open' | 'closed';
  restored: { restoredAt: string; cutAt: string; knownUntil: string } | null;
};

const EACH_MS = 15_000;

/** A line over every page while the service is closed after a restore; an administrator opens it from there. */
export function ClosedLine(props: { mayOpen: boolean }): ReactElement | null {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const load = useLoad((signal) => api.get<Service>('/api/service', signal), [], EACH_MS);
  const restored = load.state === 'ready' && load.data.state === 'closed' ? load.data.restored : null;
  if (!restored) return null;
  return (
    <>
      <p className="capacity-line full" role="status">
        <span aria-hidden="true">■</span> {t('console.closed.line', { at: dateTime(restored.cutAt) })}{' '}
        {props.mayOpen && (
          <button type="button" className="button closed-open" onClick={() => setOpen(true)}>
            {t('console.closed.open')}
          </button>
        )}
      </p>
      {isOpen && (
        <ReopenPanel
          restored={restored}
          onBack={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            load.reload();
          }}
        />
      )}
    </>
  );
}

/** The order that opens the service: what is not known here stands before whoever gives it. */
function ReopenPanel(props: {
  restored: NonNullable<Service['restored']>;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const { cutAt, knownUntil } = props.restored;
  const [write, run] = useWrite(() => api.post<Service>('/api/service/reopen', { note }), props.onDone);
  return (
    <div className="closed-panel">
      <ActionPanel
        title={t('console.closed.title')}
        onBack={props.onBack}
        headings={{ evidence: t('console.cut.words') }}
        sections={{
          evidence: (
            <Words
              label={t('console.closed.note')}
              hint={t('console.closed.noteHint')}
              value={note}
              onChange={setNote}
            />
          ),
          effects: (
            <ul className="small closed-effects">
              <li>{t('console.closed.lost', { at: dateTime(cutAt) })}</li>
              <li>{t('console.closed.unknown', { at: dateTime(knownUntil) })}</li>
              <li>{t('console.closed.effect')}</li>
            </ul>
          ),
        }}
        confirm={{ label: t('console.closed.confirm'), run, disabled: note.trim() === '', ...write }}
      />
    </div>
  );
}
