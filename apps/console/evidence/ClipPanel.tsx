import { ActionPanel, bytes, dateTime, elapsed } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { useWrite } from '../now/panel/useWrite.ts';
import { Words } from '../now/panel/Words.tsx';
import { iso } from './iso.ts';
import { LineField } from './LineField.tsx';
import type { Marks } from './moment.ts';

type Clip = {
  id: string;
  bundle: string;
  bytes: number;
  records: number;
  until: string;
  parts: { file: string; from: string; to: string; frames: number; hash: string }[];
};

/** Cuts what is marked into a clip with its proofs; asks for the ground first, and says the exact range afterwards. */
export function ClipPanel(props: {
  broadcast: string;
  title: string;
  marks: Marks;
  onBack: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { from, to } = props.marks;
  const [ground, setGround] = useState('');
  const [note, setNote] = useState('');
  const [write, run] = useWrite<Clip>(
    () =>
      api.post<Clip>(`/api/broadcasts/${props.broadcast}/clips`, {
        from: iso(from),
        to: iso(to),
        ground: ground.trim(),
        ...(note.trim() ? { note: note.trim() } : {}),
      }),
    () => undefined,
  );
  const made = write.state === 'done' ? write.answer : undefined;
  return (
    <ActionPanel
      title={t('console.evidence.clip.title')}
      onBack={props.onBack}
      headings={{ evidence: t('console.cut.words') }}
      sections={{
        evidence: (
          <>
            <LineField
              label={t('console.evidence.clip.ground')}
              hint={t('console.evidence.clip.groundHint')}
              value={ground}
              onChange={setGround}
            />
            <Words
              label={t('console.evidence.clip.note')}
              hint={t('console.evidence.clip.noteHint')}
              value={note}
              onChange={setNote}
            />
          </>
        ),
        effects: <p className="small">{t('console.evidence.clip.effects')}</p>,
      }}
      summary={
        <p className="small">
          {props.title} · <b>{dateTime(from)}</b> · {elapsed(to - from)}
        </p>
      }
      confirm={{ label: t('console.evidence.clip.confirm'), run, disabled: ground.trim() === '', ...write }}
    >
      {made && <Made clip={made} />}
    </ActionPanel>
  );
}

function Made(props: { clip: Clip }): ReactElement {
  const { t } = useTranslation();
  const { bundle, parts, records, until } = props.clip;
  return (
    <div className="evidence-made">
      <ul>
        {parts.map((part) => (
          <li key={part.file}>
            <b>{part.file}</b> {dateTime(part.from)} · {elapsed(Date.parse(part.to) - Date.parse(part.from))}{' '}
            · {t('console.evidence.clip.frames', { n: part.frames })}
            <code className="small">{t('console.evidence.clip.hash', { hash: part.hash })}</code>
          </li>
        ))}
      </ul>
      <p className="small">
        {t('console.evidence.clip.proved', { n: records })} ·{' '}
        {t('console.evidence.clip.until', { time: dateTime(until) })}
      </p>
      <a className="button" href={bundle} download>
        {t('console.evidence.clip.fetch', { size: bytes(props.clip.bytes) })}
      </a>
    </div>
  );
}
