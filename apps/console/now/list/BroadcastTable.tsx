import {
  type Broadcast,
  bitrate,
  count,
  duration,
  elapsed,
  GateChip,
  type Language,
  serverNow,
  timeShort,
  useLanguage,
} from '@weir/look';
import { Table } from 'antd';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyFrame } from '../../figures/KeyFrame.tsx';
import { StateWord } from '../StateWord.tsx';
import { runs } from './order.ts';

/** A small picture is looked at anew this often. */
const PICTURE_EACH_MS = 10_000;
const PAGE_ROWS = 50;

/** The list in the order it is given; a row opens by click or J, K. On a phone each row is a card. */
export function BroadcastTable(props: {
  broadcasts: readonly Broadcast[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Table<Broadcast>
      className="now-table"
      size="small"
      tableLayout="fixed"
      rowKey="id"
      pagination={
        props.broadcasts.length > PAGE_ROWS ? { pageSize: PAGE_ROWS, showSizeChanger: false } : false
      }
      dataSource={[...props.broadcasts]}
      rowClassName={(one) => `now-row ${one.id === props.chosen ? 'chosen' : ''} ${runs(one) ? '' : 'over'}`}
      onRow={({ id }) => ({ onClick: () => props.onChoose(id) })}
      columns={[
        {
          title: t('console.now.broadcast'),
          key: 'broadcast',
          className: 'now-what',
          render: (_, one) => (
            <What broadcast={one} chosen={one.id === props.chosen} onChoose={props.onChoose} />
          ),
        },
        {
          title: t('console.now.gateWaiting'),
          key: 'gate',
          className: 'now-gate',
          width: 140,
          render: (_, one) => (
            <>
              <Gates broadcast={one} />
              <Waiting broadcast={one} language={language} />
            </>
          ),
        },
        {
          title: t('console.now.viewers'),
          key: 'viewers',
          className: 'now-viewers',
          width: 72,
          align: 'right',
          render: (_, one) => (
            <>
              <span className="now-phone mute">{t('console.now.viewers')} </span>
              {runs(one) ? count(one.viewers, language) : '–'}
            </>
          ),
        },
        {
          title: t('console.now.encoder'),
          key: 'encoder',
          className: 'now-encoder',
          width: 108,
          align: 'right',
          render: (_, one) => <Encoder broadcast={one} />,
        },
      ]}
    />
  );
}

function What(props: {
  broadcast: Broadcast;
  chosen: boolean;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { broadcast: one } = props;
  const since = one.startedAt ? elapsed(serverNow() - Date.parse(one.startedAt)) : undefined;
  return (
    <div className="now-cell">
      <KeyFrame
        className="frame-small"
        url={runs(one) ? (one.poster ?? undefined) : undefined}
        everyMs={PICTURE_EACH_MS}
        sound={one.kind === 'audio'}
      />
      <div className="now-words">
        <button
          type="button"
          className="now-title"
          title={one.title}
          aria-current={props.chosen}
          onClick={() => props.onChoose(one.id)}
        >
          {one.title}
        </button>
        <div className="mute small now-sub">
          {one.number} · {one.publisher.nickname} · {t(`kind.${one.kind}`)}
        </div>
        <div className="small now-sub">
          <StateWord broadcast={one} />
          {runs(one) && since && <span className="mute"> {since}</span>}
          {one.cut?.at && <span className="mute"> {timeShort(one.cut.at)}</span>}
        </div>
      </div>
    </div>
  );
}

/** The picture's gate; the messages' too where it differs. */
function Gates(props: { broadcast: Broadcast }): ReactElement | null {
  const { t } = useTranslation();
  const { gate } = props.broadcast;
  if (!runs(props.broadcast)) return null;
  const differs = gate.media.mode !== gate.messages.mode || gate.media.delayMs !== gate.messages.delayMs;
  return (
    <div className="now-gates">
      <GateChip gate={gate.media} plain />
      {differs && (
        <span className="now-second">
          <span className="mute small">{t('console.now.talk')}</span> <GateChip gate={gate.messages} plain />
        </span>
      )}
    </div>
  );
}

function Waiting(props: { broadcast: Broadcast; language: Language }): ReactElement | null {
  const { t } = useTranslation();
  const { waiting, gate } = props.broadcast;
  if (!waiting || !runs(props.broadcast)) return null;
  const picture = gate.media.mode === 'review' && waiting.pictureMs > 0;
  // In a delay they wait for the clock, not for a person.
  const talk = gate.messages.mode !== 'delay' && waiting.messages > 0;
  return (
    <div className="warn small now-waits">
      {picture && (
        <div>{t('console.now.waitingPicture', { time: duration(waiting.pictureMs, props.language) })}</div>
      )}
      {talk && <div>{t('console.now.waitingTalk', { n: waiting.messages })}</div>}
    </div>
  );
}

function Encoder(props: { broadcast: Broadcast }): ReactElement | null {
  const { t } = useTranslation();
  const { encoder, kind } = props.broadcast;
  if (!encoder || !runs(props.broadcast)) return <span className="mute">–</span>;
  return (
    <>
      <div>{bitrate(encoder.bitrate)}</div>
      {kind === 'video' && (
        <div className="mute small">
          {t('console.now.picture', {
            fps: Math.round(encoder.fps),
            seconds: (encoder.keyIntervalMs / 1_000).toFixed(1),
          })}
        </div>
      )}
    </>
  );
}
