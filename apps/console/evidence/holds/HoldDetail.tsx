import { bytes, dateTime, Icon } from '@weir/look';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ReviewDay } from './HoldList.tsx';
import type { Hold } from './hold.ts';

/** One hold: why, who answers for it, what it names, what it takes, and what was said of it since. */
export function HoldDetail(props: { hold: Hold; onBack: () => void; children: ReactNode }): ReactElement {
  const { t } = useTranslation();
  const { hold } = props;
  const nameOf = ({ id, nickname }: Hold['placedBy']): string => nickname || id;
  return (
    <>
      <button type="button" className="button button-quiet items-back" onClick={props.onBack}>
        <Icon name="back" size={16} />
        {t('console.detail.back')}
      </button>
      <h2 className="holds-case">{hold.case}</h2>
      <p>
        <ReviewDay hold={hold} />
      </p>
      <p className="items-words">{hold.reason}</p>
      <dl className="holds-facts">
        <dt>{t('console.holds.responsible')}</dt>
        <dd>{hold.responsible}</dd>
        <dt>{t('console.holds.placed')}</dt>
        <dd>
          {dateTime(hold.at)} · {nameOf(hold.placedBy)}
        </dd>
        <dt>{t('console.holds.what')}</dt>
        <dd>
          <Scope what={hold.what} />
        </dd>
        <dt>{t('console.holds.size')}</dt>
        <dd>
          {t('console.holds.usedOf', { size: bytes(hold.bytes), total: bytes(hold.quotaBytes) })} ·{' '}
          {t('console.holds.recordings', { n: hold.recordings })}
          {hold.missing.length > 0 && (
            <b className="warn"> {t('console.holds.missing', { n: hold.missing.length })}</b>
          )}
        </dd>
      </dl>
      {hold.reviews.length > 0 && (
        <ul className="samples">
          {hold.reviews.map((one) => (
            <li key={one.at}>
              <span>
                {t('console.holds.reviewed', { day: one.reviewOn, name: nameOf(one.by) })}
                <br />
                <span className="mute">
                  {dateTime(one.at)} · {one.note}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="items-ways">{props.children}</div>
    </>
  );
}

function Scope(props: { what: Hold['what'] }): ReactElement {
  const { t } = useTranslation();
  const { broadcast, room, user, from, to, records } = props.what;
  const of = broadcast ?? room;
  return (
    <>
      {of && <Link to={`/evidence/${of}`}>{t('console.holds.ofBroadcast')}</Link>}
      {user && <span> {t('console.holds.ofPerson', { id: user })}</span>}
      {(from !== undefined || to !== undefined) && (
        <span>
          {' '}
          {from === undefined ? '' : dateTime(from)} – {to === undefined ? '' : dateTime(to)}
        </span>
      )}
      {records && <span> {t('console.holds.ofRecords', { n: records.length })}</span>}
    </>
  );
}
