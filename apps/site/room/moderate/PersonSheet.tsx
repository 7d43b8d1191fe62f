import { Dialog, Done, dateTimeNamed, duration, FailureLine, type Line, useLanguage } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useList, useWhyText } from '../labels.ts';
import './moderate.css';

const MINUTES = [10, 60, 1_440] as const;
const MINUTE_MS = 60_000;

/** What a moderator does about somebody who spoke: mute them for a term; its publisher may name them a moderator. */
export function PersonSheet(props: {
  room: string;
  line: Line;
  owns: boolean;
  onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { room, line, owns } = props;
  return (
    <Dialog title={line.user.nickname} narrow onClose={props.onClose}>
      <blockquote className="moderate-said">{line.text}</blockquote>
      <MuteForm room={room} user={line.user.id} />
      {owns && <NameModerator room={room} user={line.user.id} />}
      <p className="mute small">{t('moderate.bounds')}</p>
    </Dialog>
  );
}

function MuteForm(props: { room: string; user: string }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const reasons = useList('/api/reasons');
  const why = useWhyText();
  const [minutes, setMinutes] = useState<number>(MINUTES[0]);
  const [reason, setReason] = useState('other');
  const [until, setUntil] = useState<{ until: string; at: number }>();
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const term = duration(minutes * MINUTE_MS, language);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailed(undefined);
    try {
      const path = `/api/rooms/${encodeURIComponent(props.room)}/mutes`;
      const made = await api.post<{ until: string }>(path, { user: props.user, minutes, reason });
      setUntil({ until: made.until, at: Date.now() });
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  if (until)
    return <Done at={until.at}>{t('moderate.muted', { time: dateTimeNamed(until.until, language) })}</Done>;
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <fieldset className="segments">
        <legend>{t('moderate.term')}</legend>
        {MINUTES.map((n) => (
          <label key={n} className="segment">
            <input type="radio" name="minutes" checked={minutes === n} onChange={() => setMinutes(n)} />
            {duration(n * MINUTE_MS, language)}
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>{t('moderate.reason')}</span>
        <select className="input" value={reason} onChange={(event) => setReason(event.target.value)}>
          {(reasons.length > 0 ? reasons : [{ code: 'other' }]).map(({ code }) => (
            <option key={code} value={code}>
              {why(code)}
            </option>
          ))}
        </select>
        <small>{t('moderate.told')}</small>
      </label>
      {failed !== undefined && <FailureLine error={failed} />}
      <button type="submit" className="button button-danger" disabled={busy}>
        {busy ? t('look.writing') : t('moderate.mute', { term })}
      </button>
    </form>
  );
}

function NameModerator(props: { room: string; user: string }): ReactElement {
  const { t } = useTranslation();
  const [doneAt, setDoneAt] = useState<number>();
  const [failed, setFailed] = useState<unknown>();
  const name = async (): Promise<void> => {
    setFailed(undefined);
    try {
      const room = encodeURIComponent(props.room);
      await api.put(`/api/rooms/${room}/moderators/${encodeURIComponent(props.user)}`, {});
      setDoneAt(Date.now());
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <>
      {doneAt === undefined ? (
        <button type="button" className="button" onClick={() => void name()}>
          {t('moderate.name')}
        </button>
      ) : (
        <Done at={doneAt}>{t('moderate.named')}</Done>
      )}
      {failed !== undefined && <FailureLine error={failed} />}
    </>
  );
}
