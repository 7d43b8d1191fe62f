import { bytes } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ItemLine } from '../../items/ItemLine.tsx';
import { ItemList } from '../../items/ItemList.tsx';
import type { Hold } from './hold.ts';

/** When somebody looks again: word, glyph and colour where the day has come. */
export function ReviewDay(props: { hold: Hold }): ReactElement {
  const { t } = useTranslation();
  const { due, reviewOn } = props.hold;
  return due ? (
    <b className="small warn">
      <span aria-hidden="true">▲</span> {t('console.holds.due', { day: reviewOn })}
    </b>
  ) : (
    <span className="small">{t('console.holds.reviewOn', { day: reviewOn })}</span>
  );
}

/** Holds, the next review first. */
export function HoldList(props: {
  items: readonly Hold[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <ItemList {...props}>
      {(one) => {
        const by = one.placedBy.nickname || one.placedBy.id;
        return (
          <ItemLine
            state={
              <>
                <b>{one.case}</b> <ReviewDay hold={one} />
              </>
            }
            about={`${bytes(one.bytes)} · ${t('console.holds.by', { name: by })}`}
          >
            {one.reason}
          </ItemLine>
        );
      }}
    </ItemList>
  );
}
