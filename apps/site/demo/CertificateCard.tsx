import { type Certificate, timeOfDay } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** The certificate of a cut-off, an edge a line: what stopped when, and how long after the order. */
export function CertificateCard(props: { certificate: Certificate }): ReactElement {
  const { t } = useTranslation();
  const { certificate } = props;
  const after = (at: string | null): string =>
    at === null ? '—' : `${Math.max(0, Date.parse(at) - Date.parse(certificate.orderedAt))} ms`;
  return (
    <dl className="certificate" data-weir-certificate={certificate.state}>
      <div>
        <dt>{t('demo.certificate.orderedAt')}</dt>
        <dd>{timeOfDay(certificate.orderedAt)}</dd>
      </div>
      <div>
        <dt>{t('demo.certificate.gates')}</dt>
        <dd>{after(certificate.gatesClosedAt)}</dd>
      </div>
      <div>
        <dt>{t('demo.certificate.viewers')}</dt>
        <dd>{certificate.viewersCut}</dd>
      </div>
      {certificate.edges.map((edge) => (
        <div key={edge.edge}>
          <dt>{t('demo.certificate.edge', { edge: edge.edge })}</dt>
          <dd>
            {t(`demo.certificate.${edge.state}`)} {after(edge.lastWriteAt)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
