import { dateTime, Empty, type Person, timeShort, View } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { More } from '../paging/More.tsx';
import { usePages } from '../paging/usePages.ts';
import './floods.css';

const EACH_MS = 5_000;

/** A message of a flood machine that its author alone has seen (`GET /api/floods/alone`). */
type AloneMessage = {
  id: string;
  room: string;
  title: string;
  user: Person;
  text: string | null;
  at: string;
  tellAt: string;
  toldAt: string | null;
};

/** Messages that nobody but their authors has seen, in every room: until when, and when that was told. */
export function Floods(): ReactElement {
  const { t } = useTranslation();
  const { load, more } = usePages<AloneMessage>('/api/floods/alone', EACH_MS);
  return (
    <div className="floods">
      <h2>{t('console.floods.title')}</h2>
      <p className="mute small">{t('console.floods.what')}</p>
      <View load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={t('console.floods.none')}>
              <Link className="button" to="/">
                {t('console.way.now')}
              </Link>
            </Empty>
          ) : (
            <>
              <ul className="floods-items">
                {items.map((one) => (
                  <li key={one.id}>
                    <span className="small floods-line">
                      <ToldWord message={one} />
                      <span className="mute">
                        {one.user.nickname} · {dateTime(one.at)} ·{' '}
                        <Link to={`/b/${one.room}`}>{one.title || t('console.contests.room')}</Link>
                      </span>
                    </span>
                    <span className="floods-text">
                      {one.text ?? <span className="mute">{t('console.contests.gone')}</span>}
                    </span>
                  </li>
                ))}
              </ul>
              <More shown={items.length} more={more} />
            </>
          )
        }
      </View>
    </div>
  );
}

/** Whether its author knows, or when they will. */
function ToldWord(props: { message: AloneMessage }): ReactElement {
  const { t } = useTranslation();
  const { toldAt, tellAt } = props.message;
  return toldAt ? (
    <b className="ok" data-weir-told="yes">
      <span aria-hidden="true">●</span> {t('console.floods.told', { time: timeShort(toldAt) })}
    </b>
  ) : (
    <b className="info" data-weir-told="no">
      <span aria-hidden="true">◔</span> {t('console.floods.waits', { time: timeShort(tellAt) })}
    </b>
  );
}
