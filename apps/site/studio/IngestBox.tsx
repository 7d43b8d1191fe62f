import { type Broadcast, FailureLine, type Ingest } from '@weir/look';
import { type ReactElement, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { CopyButton } from '../frame/CopyButton.tsx';
import { useSite } from '../frame/site.tsx';
import { useKeys } from './keys.ts';

/** Address and key for the encoder. The key is known only where it was made; elsewhere there is a new one. */
export function IngestBox(props: { broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  const keys = useKeys();
  const id = useId();
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { broadcast } = props;
  const ingest = keys.of(broadcast.id);
  const url = ingest?.url ?? site?.rtmpUrl ?? '';

  const rotate = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const made = await api.post<{ ingest: Ingest }>(
        `/api/broadcasts/${encodeURIComponent(broadcast.id)}/key`,
      );
      keys.keep(broadcast.id, made.ingest);
    } catch (failed) {
      setError(failed);
    }
    setBusy(false);
    setAsking(false);
  };
  return (
    <section className="panel stack" aria-label={t('studio.ingest')}>
      <div className="field">
        <label htmlFor={`${id}url`}>{t('studio.address')}</label>
        <div className="copy">
          <input id={`${id}url`} className="input" readOnly value={url} />
          <CopyButton text={url} label={t('studio.copyAddress')} />
        </div>
      </div>
      <div className="field">
        <label htmlFor={`${id}key`}>{t('studio.key')}</label>
        {ingest ? (
          <>
            <div className="copy">
              <input
                id={`${id}key`}
                className="input"
                readOnly
                type={shown ? 'text' : 'password'}
                autoComplete="off"
                value={ingest.key}
              />
              <CopyButton text={ingest.key} label={t('studio.copyKey')} />
            </div>
            <p className="row">
              <button
                type="button"
                className="button button-quiet"
                aria-pressed={shown}
                onClick={() => setShown(!shown)}
              >
                {t(shown ? 'studio.hideKey' : 'studio.showKey')}
              </button>
            </p>
            <small className="mute">{t('studio.keyOnce')}</small>
          </>
        ) : (
          <>
            <input id={`${id}key`} className="input" readOnly value="••••••••" />
            <small className="mute">{t('studio.keyGone')}</small>
          </>
        )}
      </div>
      {asking ? (
        <div className="stack">
          <p className="small">{t('studio.rotateHint')}</p>
          <p className="row">
            <button
              type="button"
              className="button button-accent"
              disabled={busy}
              onClick={() => void rotate()}
            >
              {t(busy ? 'look.writing' : 'studio.rotateSure')}
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {t('look.panel.back')}
            </button>
          </p>
        </div>
      ) : (
        <button
          type="button"
          className="button"
          disabled={broadcast.state === 'cut'}
          onClick={() => (broadcast.state === 'live' || ingest ? setAsking(true) : void rotate())}
        >
          {t('studio.rotate')}
        </button>
      )}
      {error !== undefined && <FailureLine error={error} />}
    </section>
  );
}
