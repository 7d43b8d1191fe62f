import { ActionButton, type Broadcast, Empty, useActions, useLoad, View } from '@weir/look';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api } from '../api.ts';
import { StateWord } from '../now/StateWord.tsx';
import { EVIDENCE_ACTIONS } from './actions.ts';
import { ClipPanel } from './ClipPanel.tsx';
import { HoldPanel } from './HoldPanel.tsx';
import { iso } from './iso.ts';
import { Lines } from './Lines.tsx';
import {
  beside,
  type Line,
  lineAt,
  type Marks,
  marksAround,
  type Reach,
  reachOf,
  type Span,
  windowOf,
  within,
} from './moment.ts';
import { Reel } from './Reel.tsx';
import { Screen, seek } from './Screen.tsx';
import { usePicture } from './usePicture.ts';
import './evidence.css';

/** While it is on, more is recorded. */
const EACH_MS = 10_000;

/** A broadcast afterwards: picture, talk and decisions side by side at any moment, and clips of them. */
export function Evidence(): ReactElement {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const load = useLoad(
    async (signal) => {
      const [broadcast, { items }] = await Promise.all([
        api.get<Broadcast>(`/api/broadcasts/${id}`, signal),
        api.get<{ items: Span[] }>(`/api/broadcasts/${id}/recordings`, signal),
      ]);
      return { broadcast, spans: items, reach: reachOf(items, Date.now()) };
    },
    [id],
    EACH_MS,
  );
  return (
    <View load={load} page>
      {({ broadcast, spans, reach }) =>
        reach ? (
          <Open key={id} broadcast={broadcast} spans={spans} reach={reach} />
        ) : (
          <Empty page text={t('console.evidence.empty')}>
            <a className="button" href={`/console/b/${id}`}>
              {t('console.desk.toBroadcast')}
            </a>
          </Empty>
        )
      }
    </View>
  );
}

function Open(props: { broadcast: Broadcast; spans: readonly Span[]; reach: Reach }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { broadcast, spans, reach } = props;
  const { id } = broadcast;
  const video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(() => windowOf(reach, reach.to - 1).from);
  const [muted, setMuted] = useState(true);
  const [marks, setMarks] = useState<Marks>();
  const [asked, setAsked] = useState<'clip' | 'hold'>();
  const window = windowOf(reach, at);
  const picture = usePicture(id, window);
  const load = useLoad(
    (signal) =>
      api.get<{ items: Line[]; more: boolean }>(
        `/api/broadcasts/${id}/timeline?from=${iso(window.from)}&to=${iso(window.to)}`,
        signal,
      ),
    [id, window.from],
  );
  const lines = load.state === 'ready' ? load.data.items : [];
  const current = lineAt(lines, at);
  const moment = useRef(at);
  const moveTo = (to: number): void => {
    const next = within(reach, to);
    moment.current = next;
    setAt(next);
    if (video.current && picture.state === 'ready' && windowOf(reach, next).from === window.from)
      seek(video.current, (next - picture.from) / 1000);
  };
  const toWindow = (by: -1 | 1): void => {
    const next = beside(reach, window, by);
    if (next !== undefined) moveTo(next);
  };
  const actions = useActions(EVIDENCE_ACTIONS, {
    step: (ms) => moveTo(moment.current + ms),
    line: (by) => {
      const line = lines[Math.max(0, lineAt(lines, moment.current) + by)];
      if (line && !(by > 0 && Date.parse(line.ts) <= moment.current)) moveTo(Date.parse(line.ts));
      else toWindow(by);
    },
    window: toWindow,
    pause: () => void (video.current?.paused ? video.current.play() : video.current?.pause()),
    sound: () => setMuted((now) => !now),
    mark: (edge) =>
      setMarks((now) => markedAt(now ?? marksAround(reach, moment.current), edge, moment.current)),
    clip: () => {
      setMarks((now) => now ?? marksAround(reach, moment.current));
      setAsked('clip');
    },
    hold: () => {
      setMarks((now) => now ?? marksAround(reach, moment.current));
      setAsked('hold');
    },
    asked: asked !== undefined,
    close: () => setAsked(undefined),
    back: () => void navigate(`/b/${id}`),
  });
  return (
    <div className="desk evidence">
      <header className="desk-head">
        <ActionButton actions={actions} id="evidence.back" tone="quiet" />
        <h2>{broadcast.title}</h2>
        <span className="small">
          <StateWord broadcast={broadcast} />
        </span>
        <span className="shell-space" />
        <ActionButton actions={actions} id="evidence.in" />
        <ActionButton actions={actions} id="evidence.out" />
        <ActionButton actions={actions} id="evidence.clip" />
        <ActionButton actions={actions} id="evidence.hold" />
      </header>
      <div className="desk-body">
        <section className="desk-main" aria-label={t('console.evidence.picture')}>
          <Screen
            picture={picture}
            video={video}
            muted={muted}
            startAt={() => moment.current}
            onMoment={(now) => {
              moment.current = now;
              setAt(within(window, Math.min(now, window.to - 1)));
            }}
            onEnd={() => toWindow(1)}
          />
          <Reel reach={reach} spans={spans} window={window} marks={marks} at={at} onMove={moveTo} />
          <div className="evidence-acts">
            {(['earlier', 'backward', 'pause', 'forward', 'later', 'sound'] as const).map((name) => (
              <ActionButton key={name} actions={actions} id={`evidence.${name}`} tone="quiet" />
            ))}
          </div>
        </section>
        <section className="desk-side" aria-label={t('console.evidence.lines')}>
          <h3>{t('console.evidence.lines')}</h3>
          <View load={load}>
            {({ items, more }) => <Lines lines={items} more={more} current={current} onChoose={moveTo} />}
          </View>
        </section>
      </div>
      {asked === 'clip' && marks && (
        <ClipPanel
          key={`${marks.from} ${marks.to}`}
          broadcast={id}
          title={broadcast.title}
          marks={marks}
          onBack={() => setAsked(undefined)}
        />
      )}
      {asked === 'hold' && marks && (
        <HoldPanel
          broadcast={id}
          title={broadcast.title}
          marks={marks}
          person={speakerOf(lines[current])}
          onBack={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

/** Who said a line; undefined where it is no message. */
const speakerOf = (line: Line | undefined): { id: string; nickname: string } | undefined =>
  line?.user !== undefined && line.nickname !== undefined && line.log === 'content'
    ? { id: line.user, nickname: line.nickname }
    : undefined;

/** Marks with one edge moved; an edge that would pass the other takes it along. */
function markedAt(marks: Marks, edge: 'from' | 'to', at: number): Marks {
  const next = { ...marks, [edge]: at };
  return next.to > next.from
    ? next
    : edge === 'from'
      ? { from: at, to: at + 1_000 }
      : { from: at - 1_000, to: at };
}
