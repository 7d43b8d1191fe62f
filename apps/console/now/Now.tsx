import { type Broadcast, Empty, useActions, useLoad, View } from '@weir/look';
import { type ReactElement, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api } from '../api.ts';
import { NOW_ACTIONS, type NowContext, type Panel } from './actions.ts';
import { BroadcastTable } from './BroadcastTable.tsx';
import { CutPanel } from './CutPanel.tsx';
import { Detail } from './Detail.tsx';
import { GatePanel } from './GatePanel.tsx';
import { RestorePanel } from './RestorePanel.tsx';
import { Totals } from './Totals.tsx';

/** Between two looks at the list; figures change each second at the edges. */
const EVERY_MS = 2_000;

const matches = (broadcast: Broadcast, text: string): boolean =>
  `${broadcast.number} ${broadcast.title} ${broadcast.publisher.nickname}`
    .toLowerCase()
    .includes(text.toLowerCase());

/** What is live: the list, the chosen broadcast, and the panel where something is decided about it. */
export function Now(): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams();
  const [text, setText] = useState('');
  const [panel, setPanel] = useState<Panel>();
  const search = useRef<HTMLInputElement>(null);
  const list = useLoad(
    (signal) => api.get<{ items: Broadcast[] }>('/api/broadcasts?state=live', signal),
    [],
    EVERY_MS,
  );
  // One that is no longer live stays open until the person leaves it: its certificate is read there.
  const chosen = useLoad(
    (signal) => (id ? api.get<Broadcast>(`/api/broadcasts/${id}`, signal) : Promise.resolve(undefined)),
    [id],
    EVERY_MS,
  );
  const items = list.state === 'ready' ? list.data.items : [];
  const shown = useMemo(() => items.filter((one) => matches(one, text)), [items, text]);
  const broadcast = chosen.state === 'ready' ? chosen.data : undefined;
  const choose = (to: string | undefined): void => {
    setPanel(undefined);
    void navigate(to ? `/b/${to}` : '/');
  };
  const context: NowContext = { shown, id, broadcast, panel, choose, setPanel, search };
  useActions(NOW_ACTIONS, context);
  const done = (): void => {
    chosen.reload();
    list.reload();
  };
  return (
    <div className="now" data-weir-chosen={id ? 'yes' : 'no'}>
      <section className="now-list" aria-labelledby="now-title">
        <div className="now-head">
          <h1 id="now-title">{t('console.now.title')}</h1>
          <Totals broadcasts={items} />
          <label className="now-search">
            <span className="only-heard">{t('console.now.search')}</span>
            <input
              ref={search}
              className="input"
              type="search"
              placeholder={t('console.now.search')}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        </div>
        <View load={list}>
          {() =>
            items.length === 0 ? (
              <Empty text={t('console.now.empty')} />
            ) : shown.length === 0 ? (
              <Empty text={t('console.now.none', { text })} />
            ) : (
              <BroadcastTable broadcasts={shown} chosen={id} onChoose={choose} />
            )
          }
        </View>
      </section>
      <aside className="now-detail" aria-live="off">
        {id === undefined ? (
          <p className="mute now-hint">{t('console.now.choose')}</p>
        ) : (
          <View load={chosen}>
            {(one) =>
              one && (
                <Detail
                  broadcast={one}
                  onPanel={setPanel}
                  onBack={() => choose(undefined)}
                  onChanged={done}
                />
              )
            }
          </View>
        )}
      </aside>
      {broadcast && panel === 'cut' && (
        <CutPanel broadcast={broadcast} onBack={() => setPanel(undefined)} onDone={done} />
      )}
      {broadcast && panel === 'gate' && (
        <GatePanel broadcast={broadcast} onBack={() => setPanel(undefined)} onDone={done} />
      )}
      {broadcast && panel === 'restore' && (
        <RestorePanel broadcast={broadcast} onBack={() => setPanel(undefined)} onDone={done} />
      )}
    </div>
  );
}
