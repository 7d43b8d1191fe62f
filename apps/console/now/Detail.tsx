import { type Broadcast, bitrate, type Certificate, GateChip, useLoad, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import type { Panel } from './actions.ts';
import { CertificateView } from './CertificateView.tsx';
import { DeskList } from './DeskList.tsx';
import { HeldMessages } from './HeldMessages.tsx';
import { Poster } from './Poster.tsx';

/** One broadcast as a reviewer needs it: picture, state, gates with their rules, figures, what waits, what was cut. */
export function Detail(props: {
  broadcast: Broadcast;
  onPanel: (panel: Panel) => void;
  onBack: () => void;
  onChanged: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { broadcast } = props;
  const { encoder, gate } = broadcast;
  const cut = broadcast.state === 'cut';
  return (
    <article className="detail" aria-labelledby="detail-title">
      <header>
        <button type="button" className="button button-quiet detail-back" onClick={props.onBack}>
          {t('console.detail.back')}
        </button>
        <h2 id="detail-title">{broadcast.title}</h2>
        <p className="mute small">
          {t('console.detail.title', { number: broadcast.number })} · {broadcast.publisher.nickname} ·{' '}
          <span className={broadcast.state === 'live' ? 'ok' : broadcast.state === 'cut' ? 'danger' : 'warn'}>
            {t(`console.state.${broadcast.state}`)}
          </span>
        </p>
      </header>
      <Poster broadcast={broadcast} large />
      <div className="detail-acts">
        {cut ? (
          <button type="button" className="button" onClick={() => props.onPanel('restore')}>
            {t('console.restore.action')}
          </button>
        ) : (
          <>
            <button type="button" className="button danger" onClick={() => props.onPanel('cut')}>
              {t('console.cut.action')} <kbd>X</kbd>
            </button>
            <button type="button" className="button" onClick={() => props.onPanel('gate')}>
              {t('console.order.action')} <kbd>G</kbd>
            </button>
          </>
        )}
        <a className="button button-quiet" href={`/b/${broadcast.id}`}>
          {t('console.detail.room')}
        </a>
      </div>
      {cut && <CutCertificate id={broadcast.id} />}
      <dl className="figures">
        <dt>{t('console.detail.media')}</dt>
        <dd>
          <GateChip gate={gate.media} />{' '}
          <span className="mute small">{t('console.detail.rule', { rule: gate.media.rule })}</span>
        </dd>
        <dt>{t('console.detail.messages')}</dt>
        <dd>
          <GateChip gate={gate.messages} />{' '}
          <span className="mute small">{t('console.detail.rule', { rule: gate.messages.rule })}</span>
        </dd>
        {encoder && (
          <>
            <dt>{t('console.detail.bitrate')}</dt>
            <dd>{bitrate(encoder.bitrate)}</dd>
            <dt>{t('console.detail.fps')}</dt>
            <dd>{encoder.fps.toFixed(1)}</dd>
            <dt>{t('console.detail.keyInterval')}</dt>
            <dd>{t('console.detail.seconds', { n: (encoder.keyIntervalMs / 1_000).toFixed(1) })}</dd>
            <dt>{t('console.detail.codecs')}</dt>
            <dd>{[encoder.videoCodec, encoder.audioCodec].filter(Boolean).join(' · ')}</dd>
          </>
        )}
      </dl>
      {!cut && gate.messages.mode === 'review' && <HeldMessages room={broadcast.id} />}
      {!cut && (gate.media.mode === 'review' || gate.media.mode === 'delay') && (
        <DeskList id={broadcast.id} />
      )}
    </article>
  );
}

function CutCertificate(props: { id: string }): ReactElement {
  const certificate = useLoad(
    (signal) => api.get<Certificate>(`/api/broadcasts/${props.id}/cut-off`, signal),
    [props.id],
    2_000,
  );
  return <View load={certificate}>{(one) => <CertificateView certificate={one} />}</View>;
}
