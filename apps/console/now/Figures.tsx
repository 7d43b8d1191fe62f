import {
  type Broadcast,
  bitrate,
  count,
  elapsed,
  type Gate,
  GateChip,
  ruleText,
  serverNow,
  useLanguage,
  useLoad,
} from '@weir/look';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { Sparkline } from '../figures/Sparkline.tsx';
import { runs } from './list/order.ts';
import { type Orders, StandingOrders } from './panel/StandingOrders.tsx';
import { useFeed } from './useFeed.ts';

/** Gates with the rule that decided, who ordered what, and the encoder's health over the last two minutes. */
export function Figures(props: { broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const [feed] = useFeed();
  const { broadcast } = props;
  const { encoder, gate, kind } = broadcast;
  const points = feed.series.of(broadcast.id);
  const running = runs(broadcast);
  return (
    <>
      {broadcast.state !== 'cut' && <Gates id={broadcast.id} gate={gate} />}
      <dl className="figures">
        <Figure name={t('console.now.viewers')}>
          {count(broadcast.viewers, language)}
          {running && <Sparkline values={points.map(({ viewers }) => viewers)} />}
        </Figure>
        <Figure name={t('console.detail.online')}>{count(broadcast.online ?? 0, language)}</Figure>
        {running && broadcast.startedAt && (
          <Figure name={t('console.now.since')}>
            {elapsed(serverNow() - Date.parse(broadcast.startedAt))}
          </Figure>
        )}
        {running && encoder && (
          <>
            <Figure name={t('console.detail.bitrate')}>
              {bitrate(encoder.bitrate)}
              <Sparkline values={points.map((point) => point.bitrate)} />
            </Figure>
            {kind === 'video' && (
              <>
                <Figure name={t('console.detail.fps')}>{encoder.fps.toFixed(1)}</Figure>
                <Figure name={t('console.detail.keyInterval')}>
                  {t('console.detail.seconds', { n: (encoder.keyIntervalMs / 1_000).toFixed(1) })}
                  {encoder.keyIntervalMs > 2_500 && (
                    <span className="warn">
                      {' '}
                      <span aria-hidden="true">▲</span> {t('console.detail.keyLong')}
                    </span>
                  )}
                </Figure>
              </>
            )}
            <Figure name={t('console.detail.codecs')}>
              {[encoder.videoCodec, encoder.audioCodec].filter(Boolean).join(' · ')}
              {encoder.width ? ` · ${encoder.width}×${encoder.height}` : ''}
            </Figure>
          </>
        )}
        {broadcast.lastRefusal && (
          <Figure name={t('console.detail.refused')}>
            <code>{broadcast.lastRefusal.code}</code>
          </Figure>
        )}
      </dl>
    </>
  );
}

function Figure(props: { name: string; children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

/** Both gates as they stand; orders that stand are listed with how to withdraw them. */
function Gates(props: { id: string; gate: Gate }): ReactElement {
  const { t } = useTranslation();
  const { id, gate } = props;
  // Asked anew whenever what is in force changes.
  const key = JSON.stringify(gate);
  const standing = useLoad((signal) => api.get<Orders>(`/api/broadcasts/${id}/gate`, signal), [id, key]);
  const orders = standing.state === 'ready' ? standing.data : undefined;
  const ordered = orders && (orders.orders.media || orders.orders.messages);
  return (
    <>
      <dl className="figures">
        {(['media', 'messages'] as const).map((one) => (
          <Figure key={one} name={t(`console.detail.${one}`)}>
            <GateChip gate={gate[one]} /> <span className="mute small">{ruleText(t, gate[one].rule)}</span>
          </Figure>
        ))}
      </dl>
      {ordered && (
        <details className="orders">
          <summary className="small">{t('console.order.details')}</summary>
          <StandingOrders orders={orders} />
          <p className="mute small">{t('console.order.withdraw')}</p>
        </details>
      )}
    </>
  );
}
