import { type Broadcast, bitrate, count, elapsed, GateChip, type Language } from '@weir/look';
import { Table } from 'antd';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Poster } from './Poster.tsx';

/** The live list. Order is the service's and does not change under a hand; a row opens by click or J, K. */
export function BroadcastTable(props: {
  broadcasts: readonly Broadcast[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}): ReactElement {
  const { t, i18n } = useTranslation();
  const language = i18n.language as Language;
  return (
    <Table<Broadcast>
      className="now-table"
      size="small"
      rowKey="id"
      pagination={props.broadcasts.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
      dataSource={[...props.broadcasts]}
      rowClassName={({ id }) => (id === props.chosen ? 'now-row chosen' : 'now-row')}
      onRow={({ id }) => ({ onClick: () => props.onChoose(id) })}
      columns={[
        {
          title: t('console.now.broadcast'),
          key: 'broadcast',
          render: (_, one) => (
            <div className="now-cell">
              <Poster broadcast={one} />
              <div>
                <button
                  type="button"
                  className="now-title"
                  aria-current={one.id === props.chosen}
                  onClick={() => props.onChoose(one.id)}
                >
                  {one.title}
                </button>
                <div className="mute small">
                  {one.number} · {one.publisher.nickname} · {t(`console.kind.${one.kind}`)}
                </div>
              </div>
            </div>
          ),
        },
        {
          title: t('console.now.gate'),
          key: 'gate',
          width: 116,
          render: (_, one) => <GateChip gate={one.gate.media} />,
        },
        {
          title: t('console.now.viewers'),
          key: 'viewers',
          width: 76,
          align: 'right',
          render: (_, one) => count(one.viewers, language),
        },
        {
          title: t('console.now.encoder'),
          key: 'encoder',
          width: 130,
          align: 'right',
          responsive: ['lg'],
          render: (_, one) =>
            one.encoder ? `${bitrate(one.encoder.bitrate)} · ${Math.round(one.encoder.fps)} fps` : '–',
        },
        {
          title: t('console.now.since'),
          key: 'since',
          width: 88,
          align: 'right',
          responsive: ['lg'],
          render: (_, one) => (one.startedAt ? elapsed(Date.now() - Date.parse(one.startedAt)) : '–'),
        },
      ]}
    />
  );
}
