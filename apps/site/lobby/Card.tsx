import { type Broadcast, count, GateChip, useLanguage } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useCategoryText } from '../room/labels.ts';
import { Poster } from './Poster.tsx';

/** One broadcast in the lobby: picture from behind the gate, viewers, title, who and what. `first`: in sight at once. */
export function Card(props: { broadcast: Broadcast; first: boolean }): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const categoryText = useCategoryText();
  const { broadcast } = props;
  return (
    <Link className="card" to={`/b/${broadcast.id}`} state={{ broadcast }}>
      <div className="card-picture">
        <Poster broadcast={broadcast} first={props.first} />
        <span className="card-chip">
          <GateChip gate={broadcast.gate.media} quiet plain />
        </span>
        {broadcast.viewers > 0 && (
          <span className="card-viewers">
            <span className="only-heard">{t('lobby.viewers')}</span>
            {count(broadcast.viewers, language)}
          </span>
        )}
      </div>
      <h2 className="card-title">{broadcast.title}</h2>
      <p className="card-line">
        {broadcast.publisher.nickname} · {categoryText(broadcast.category)}
        {broadcast.state === 'interrupted' && <> · {t('broadcastState.interrupted')}</>}
      </p>
    </Link>
  );
}

/** The places of cards before they are there. */
export function CardSkeleton(props: { count: number }): ReactElement {
  return (
    <ul className="cards" aria-hidden="true">
      {Array.from({ length: props.count }, (_, i) => i).map((i) => (
        <li key={i}>
          <CardPlace />
        </li>
      ))}
    </ul>
  );
}

/** The place of one card. */
export function CardPlace(): ReactElement {
  return (
    <>
      <div className="skeleton card-picture" />
      <div className="skeleton skeleton-line card-title" />
      <div className="skeleton skeleton-line skeleton-short" />
    </>
  );
}
