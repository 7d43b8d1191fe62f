import { Icon, useActions, View } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { NOW_ACTIONS, type NowContext, type Panel } from './actions.ts';
import { Chosen as ChosenId } from './chosen.ts';
import { Detail } from './Detail.tsx';
import { List } from './list/List.tsx';
import { useLiveList } from './list/useLiveList.ts';
import { Panels } from './Panels.tsx';
import { useRemoval } from './talk/useRemoval.ts';
import { useBroadcast, useFeed } from './useFeed.ts';
import { useWatching } from './useWatching.ts';

/** What is live: the list, the chosen broadcast, and the panel where something is decided about it. */
export function Now(): ReactElement {
  const { id } = useParams();
  const [panel, setPanel] = useState<Panel>();
  const search = useRef<HTMLInputElement>(null);
  const [at] = useState(() => new ChosenId(id));
  useEffect(() => at.arrived(id), [at, id]);
  const navigate = useNavigate();
  const list = useLiveList();
  const choose = (to: string | undefined): void => {
    const from = at.id;
    at.choose(to);
    setPanel(undefined);
    // One step back leaves the broadcasts, however many were looked at.
    void navigate(to ? `/b/${to}` : '/', { replace: from !== undefined && to !== undefined });
  };
  const base = {
    shown: list.shown,
    chosen: () => at.id,
    choose,
    openDesk: (to: string) => void navigate(`/desk/${to}`),
    search,
  };
  return (
    <div className="now" data-weir-chosen={id ? 'yes' : 'no'}>
      <List list={list} chosen={id} onChoose={choose} search={search} />
      {id === undefined ? (
        <Unchosen base={base} />
      ) : (
        <Chosen key={id} id={id} base={base} panel={panel} setPanel={setPanel} />
      )}
    </div>
  );
}

type Base = Omit<NowContext, 'broadcast' | 'panel' | 'setPanel' | 'watch'>;

function Unchosen(props: { base: Base }): ReactElement {
  const { t } = useTranslation();
  useActions(NOW_ACTIONS, {
    ...props.base,
    broadcast: undefined,
    panel: undefined,
    setPanel: () => undefined,
    watch: undefined,
  });
  return (
    <aside className="now-detail now-hint">
      <p className="mute">{t('console.now.choose')}</p>
    </aside>
  );
}

function Chosen(props: {
  id: string;
  base: Base;
  panel: Panel;
  setPanel: (panel: Panel) => void;
}): ReactElement {
  const { id, base, panel, setPanel } = props;
  const { t } = useTranslation();
  const [feed] = useFeed();
  const load = useBroadcast(id);
  const removal = useRemoval();
  const broadcast = load.state === 'ready' ? load.data : undefined;
  const watching = useWatching(id, broadcast?.state === 'cut' ? 'cut' : 'on');
  const closePanel = (next: Panel): void => {
    removal.back();
    setPanel(next);
  };
  const context: NowContext = {
    ...base,
    broadcast,
    panel: removal.asked ? 'cut' : panel,
    setPanel: closePanel,
    watch: watching?.watch,
  };
  const actions = useActions(NOW_ACTIONS, context);
  const changed = (): void => {
    load.reload();
    void feed.reload();
  };
  return (
    <>
      <aside className="now-detail" aria-label={t('console.detail.aside')}>
        <button
          type="button"
          className="button button-quiet detail-back"
          onClick={() => base.choose(undefined)}
        >
          <Icon name="back" size={16} />
          {t('console.detail.back')}
        </button>
        <View load={load}>
          {(one) => <Detail broadcast={one} actions={actions} watching={watching} removal={removal} />}
        </View>
      </aside>
      {broadcast && (
        <Panels
          broadcast={broadcast}
          panel={panel}
          removal={removal}
          onBack={() => closePanel(undefined)}
          onDone={changed}
        />
      )}
    </>
  );
}
