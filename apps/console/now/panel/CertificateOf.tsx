import {
  type Broadcast,
  type Certificate,
  dateTime,
  dateTimeNamed,
  duration,
  serverNow,
  timeOfDay,
  useLanguage,
  useLoad,
} from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { answersOf, asText, type EdgeAnswer } from './certificate.ts';
import { useReasonLabel } from './useReasonLabel.ts';

/** Asked again until every edge has reported. */
const EVERY_MS = 1_000;

/** The certificate of a cut-off: what the order was answered with, then as further edges report, until it is final. */
export function CertificateOf(props: { broadcast: Broadcast; first?: Certificate }): ReactElement {
  const { id } = props.broadcast;
  const [final, setFinal] = useState(props.first?.state === 'final');
  const load = useLoad(
    async (signal) => {
      const one = await api.get<Certificate>(`/api/broadcasts/${id}/cut-off`, signal);
      setFinal(one.state === 'final');
      return one;
    },
    [id],
    final ? undefined : EVERY_MS,
  );
  const certificate = load.state === 'ready' ? load.data : props.first;
  return <>{certificate && <Sheet certificate={certificate} broadcast={props.broadcast} />}</>;
}

function Sheet(props: { certificate: Certificate; broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { certificate, broadcast } = props;
  const final = certificate.state === 'final';
  const now = useNow(!final);
  const [copied, setCopied] = useState(false);
  const words = useEdgeWords();
  const reason = useReasonLabel(broadcast.cut?.reason);
  const answers = answersOf(certificate, now);
  const facts: readonly [string, string][] = [
    [t('console.certificate.broadcast'), `${broadcast.number} · ${broadcast.title}`],
    ...(reason ? ([[t('console.cut.reason'), reason]] as [string, string][]) : []),
    [t('console.certificate.orderedAt'), dateTimeNamed(certificate.orderedAt, language)],
    ...(certificate.gatesClosedAt
      ? ([[t('console.certificate.closedAt'), dateTime(certificate.gatesClosedAt)]] as [string, string][])
      : []),
    [t('console.certificate.viewersCut'), String(certificate.viewersCut)],
    [t('console.certificate.order'), certificate.id],
  ];
  const copy = async (): Promise<void> => {
    const lines = [...facts.map(([name, value]) => `${name}: ${value}`), ...answers.map(words)];
    await navigator.clipboard.writeText(
      asText(
        t('console.detail.certificate'),
        [t(`console.certificate.${certificate.state}`), ...lines],
        certificate,
      ),
    );
    setCopied(true);
  };
  return (
    <div className="certificate" data-weir-certificate={certificate.state}>
      <h3>{t('console.detail.certificate')}</h3>
      <p role="status">
        <b className={final ? 'ok' : 'warn'}>
          <span aria-hidden="true">{final ? '✓' : '▲'}</span> {t(`console.certificate.${certificate.state}`)}
        </b>
      </p>
      <ul className="certificate-edges">
        {answers.map((answer) => (
          <li key={answer.edge} className={answer.state === 'unconfirmed' ? 'warn' : ''}>
            {words(answer)}
          </li>
        ))}
        {answers.length === 0 && <li>{t('console.certificate.noEdge')}</li>}
      </ul>
      <dl className="facts small">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {certificate.beyond.length > 0 && (
        <div className="small">
          <p className="mute">{t('console.certificate.beyond')}</p>
          <ul className="certificate-edges">
            {certificate.beyond.map(({ where, noLaterThan }) => (
              <li key={where}>
                {t(`console.certificate.where.${where}`)}{' '}
                <span className="mute">
                  {noLaterThan
                    ? t('console.certificate.noLaterThan', { time: timeOfDay(noLaterThan) })
                    : t('console.certificate.unbounded')}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="certificate-acts">
        <button type="button" className="button" onClick={() => void copy()}>
          {copied ? t('look.copied') : t('look.copy')}
        </button>
        <button type="button" className="button" onClick={() => window.print()}>
          {t('console.certificate.print')}
        </button>
      </div>
    </div>
  );
}

/** `边缘1 已断 41ms` · `边缘2 未确认，租约余7s`. */
function useEdgeWords(): (answer: EdgeAnswer) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  return (answer) => {
    const edge = t('console.certificate.edge', { edge: answer.edge });
    switch (answer.state) {
      case 'cut':
        return `${edge} ${t('console.certificate.confirmed', { ms: answer.ms })}`;
      case 'idle':
        return `${edge} ${t('console.certificate.idle')}`;
      case 'unconfirmed':
        return answer.leftMs > 0
          ? `${edge} ${t('console.certificate.lease', { left: duration(answer.leftMs, language) })}`
          : `${edge} ${t('console.certificate.lapsed', { time: timeOfDay(answer.until) })}`;
    }
  };
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(serverNow()), 500);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
