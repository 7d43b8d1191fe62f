import { type Certificate, dateTime, timeOfDay } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** A cut-off as it was carried out, edge by edge: `边缘1 已断 41ms · 边缘2 未确认，最迟 03:12:15 关闭`. */
export function CertificateView(props: { certificate: Certificate }): ReactElement {
  const { t } = useTranslation();
  const { certificate } = props;
  const ordered = Date.parse(certificate.orderedAt);
  return (
    <section className="certificate" aria-label={t('console.detail.certificate')}>
      <p>
        <b className={certificate.state === 'final' ? 'ok' : 'warn'}>
          {t(`console.certificate.${certificate.state}`)}
        </b>
        <span> · {t('console.certificate.viewers', { n: certificate.viewersCut })}</span>
      </p>
      <p className="mute small">{t('console.certificate.ordered', { time: dateTime(ordered) })}</p>
      <ul>
        {certificate.edges.map((edge) => {
          const last = edge.lastResetAt ?? edge.lastWriteAt;
          return (
            <li key={edge.edge}>
              {t('console.certificate.edge', { edge: edge.edge })}{' '}
              {edge.state === 'unconfirmed'
                ? t('console.certificate.unconfirmed', {
                    time: edge.closedNoLaterThan ? timeOfDay(edge.closedNoLaterThan) : '',
                  })
                : last
                  ? t('console.certificate.confirmed', { ms: Math.max(0, Date.parse(last) - ordered) })
                  : t('console.certificate.idle')}
            </li>
          );
        })}
      </ul>
      {certificate.beyond.length > 0 && <p className="mute small">{t('console.certificate.beyond')}</p>}
    </section>
  );
}
