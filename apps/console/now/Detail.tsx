import {
  ActionButton,
  type BoundAction,
  type Broadcast,
  dateTime,
  duration,
  Player,
  useLanguage,
} from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { KeyFrame } from '../figures/KeyFrame.tsx';
import { hasDesk } from './actions.ts';
import { Figures } from './Figures.tsx';
import { runs } from './list/order.ts';
import { CertificateOf } from './panel/CertificateOf.tsx';
import { useReasonLabel } from './panel/useReasonLabel.ts';
import { StateWord } from './StateWord.tsx';
import { Talk } from './talk/Talk.tsx';
import type { Removal } from './talk/useRemoval.ts';
import type { Watching } from './useWatching.ts';

/** One broadcast as a reviewer needs it: picture first, what can be done, talk, gates with their rules, figures. */
export function Detail(props: {
  broadcast: Broadcast;
  actions: readonly BoundAction[];
  watching: Watching | undefined;
  removal: Removal;
}): ReactElement {
  const { t } = useTranslation();
  const { broadcast, actions, watching } = props;
  const cut = broadcast.state === 'cut';
  return (
    <article className="detail" aria-labelledby="detail-title">
      <header className="detail-head">
        <h2 id="detail-title">{broadcast.title}</h2>
        <p className="small">
          <StateWord broadcast={broadcast} />{' '}
          <span className="mute">
            {t('console.detail.title', { number: broadcast.number })} · {broadcast.publisher.nickname} ·{' '}
            {t(`category.${broadcast.category}`, { defaultValue: broadcast.category })}
          </span>
        </p>
      </header>
      <div className="detail-picture">
        {runs(broadcast) && watching ? (
          <Player watch={watching.watch} title={broadcast.title} figures />
        ) : (
          <Still broadcast={broadcast} />
        )}
      </div>
      <div className="detail-acts">
        {cut ? (
          <ActionButton actions={actions} id="now.restore" />
        ) : (
          <>
            <ActionButton actions={actions} id="now.cut" tone="danger-line" />
            <ActionButton actions={actions} id="now.gate" />
            {hasDesk(broadcast) && <ActionButton actions={actions} id="now.desk" />}
          </>
        )}
        <Link className="button button-quiet" to={`/evidence/${broadcast.id}`}>
          {t('console.evidence.open')}
        </Link>
        <a className="button button-quiet" href={`/b/${broadcast.id}`} target="_blank" rel="noreferrer">
          {t('console.detail.room')}
        </a>
      </div>
      {!cut && <Talk broadcast={broadcast} room={watching?.room} removal={props.removal} />}
      <div className="detail-side">
        {!cut && <DeskLine broadcast={broadcast} />}
        {cut && <CertificateOf key={broadcast.cut?.at ?? ''} broadcast={broadcast} />}
        <Figures broadcast={broadcast} />
      </div>
    </article>
  );
}

/** What stands where the picture was: the key frame until the player is there, or why there is none. */
function Still(props: { broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const { broadcast } = props;
  const reason = useReasonLabel(broadcast.cut?.reason);
  if (broadcast.state === 'cut')
    return (
      <div className="frame frame-word" data-theme="dark">
        <p>
          <b>
            <span aria-hidden="true">■</span>{' '}
            {t('console.detail.cutSince', { time: broadcast.cut?.at ? dateTime(broadcast.cut.at) : '' })}
          </b>
        </p>
        <p className="small">{reason}</p>
      </div>
    );
  return (
    <KeyFrame
      className="frame-large"
      url={runs(broadcast) ? (broadcast.poster ?? undefined) : undefined}
      sound={broadcast.kind === 'audio'}
    >
      {broadcast.kind === 'audio' || runs(broadcast) ? undefined : (
        <span className="mute">{t(`console.detail.none.${broadcast.state}`)}</span>
      )}
    </KeyFrame>
  );
}

/** How much waits in the picture's gate, and that somebody must look. */
function DeskLine(props: { broadcast: Broadcast }): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const { waiting, gate } = props.broadcast;
  if (!waiting || gate.media.mode !== 'review' || !runs(props.broadcast)) return null;
  return (
    <p className="warn">
      <span aria-hidden="true">◆</span>{' '}
      {t('console.detail.waiting', { time: duration(waiting.pictureMs, language) })}
    </p>
  );
}
