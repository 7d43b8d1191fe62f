import { elapsed, type Stretch } from '@weir/look';
import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyFrame } from '../figures/KeyFrame.tsx';
import type { Desk } from './useDesk.ts';

/** Stretches drawn at once; a gate may hold thousands. Pages of fixed members, so that no picture moves under a hand. */
const PAGE = 24;
/** Of the page before, so that a new page begins with what still waits. */
const BEFORE = 8;
const numberOf = (id: string | undefined): number => Number(id?.slice(1) ?? 0);
const pageOf = (id: string | undefined): number => Math.floor(numberOf(id) / PAGE);

const LOOK = { held: ['◆', 'warn'], released: ['●', 'ok'], dropped: ['✕', 'mute'] } as const;

/** The head of the gate as a strip of pictures. It has the keyboard from the start: arrows move, Enter releases. */
export function Strip(props: { desk: Desk; review: boolean }): ReactElement {
  const { t } = useTranslation();
  const { desk, review } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const page = pageOf(desk.cursor);
  const shown = desk.stretches.filter(({ id }) => numberOf(id) >= page * PAGE - BEFORE && pageOf(id) <= page);
  const cursor = `stretch-${desk.cursor}`;
  useEffect(() => {
    const tile = document.getElementById(cursor);
    const frame = box.current;
    if (!tile || !frame) return;
    const left = tile.offsetLeft - frame.offsetLeft;
    const inSight =
      left >= frame.scrollLeft && left + tile.offsetWidth <= frame.scrollLeft + frame.clientWidth;
    if (!inSight) frame.scrollLeft = left;
  }, [cursor]);
  return (
    <div
      ref={box}
      className="strip"
      role="listbox"
      tabIndex={0}
      aria-label={t('console.desk.strip')}
      aria-activedescendant={cursor}
      aria-orientation="horizontal"
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.repeat || event.nativeEvent.isComposing) return;
        event.preventDefault();
        if (review) desk.release();
      }}
    >
      {shown.map((stretch) => (
        <Tile
          key={stretch.id}
          stretch={stretch}
          desk={desk}
          chosen={stretch.id === desk.cursor}
          onChoose={() => {
            desk.moveTo(stretch.id);
            box.current?.focus({ preventScroll: true });
          }}
        />
      ))}
    </div>
  );
}

function Tile(props: { stretch: Stretch; desk: Desk; chosen: boolean; onChoose: () => void }): ReactElement {
  const { t } = useTranslation();
  const { stretch, desk, chosen } = props;
  const { id, startMs, state } = stretch;
  const [glyph, tone] = LOOK[state];
  const url = useStill(stretch, desk);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the strip itself has the keyboard.
    <div
      id={`stretch-${id}`}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className={`tile tile-${state}`}
      data-weir-stretch={state}
      onClick={props.onChoose}
    >
      <KeyFrame className="frame-tile" url={url} sound={desk.broadcast.kind === 'audio'} />
      <span className="tile-words small">
        <span className={tone}>
          <span aria-hidden="true">{glyph}</span> {t(`console.desk.${state}`)}
        </span>
        <span className="mute">{elapsed(startMs)}</span>
        {state === 'held' && desk.seen.has(id) && <span className="ok">{t('console.desk.seen')}</span>}
      </span>
    </div>
  );
}

/** The picture's address, with the token of the moment it was first asked for: a new one each second draws nothing anew. */
function useStill(stretch: Stretch, desk: Desk): string | undefined {
  const kept = useRef<string>(undefined);
  if (stretch.state === 'held' && desk.preview && !kept.current)
    kept.current = `${desk.preview.url}/${stretch.id}/still.mp4?t=${desk.preview.token}`;
  if (stretch.state === 'dropped' || desk.broadcast.kind === 'audio') return undefined;
  return kept.current;
}
