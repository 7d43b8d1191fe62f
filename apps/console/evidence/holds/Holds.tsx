import { ActionButton, bytes, Empty, useActions, useLoad, View } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useChosen } from '../../items/choosing.ts';
import { HOLDS_ACTIONS } from './actions.ts';
import { ExtendPanel } from './ExtendPanel.tsx';
import { HoldDetail } from './HoldDetail.tsx';
import { HoldList } from './HoldList.tsx';
import type { Held } from './hold.ts';
import { ReleasePanel } from './ReleasePanel.tsx';
import { Unproven } from './Unproven.tsx';
import '../../items/items.css';
import './holds.css';

const EACH_MS = 60_000;

/** What is held beyond its term, the next review first; and what is due by the wall clock alone. */
export function Holds(): ReactElement {
  const { t } = useTranslation();
  const load = useLoad((signal) => api.get<Held>('/api/holds', signal), [], EACH_MS);
  const items = load.state === 'ready' ? load.data.items : [];
  const [asked, setAsked] = useState<'extend' | 'release'>();
  const choosing = useChosen(items, () => setAsked(undefined));
  const { shown, choose } = choosing;
  const actions = useActions(HOLDS_ACTIONS, {
    ...choosing,
    ask: setAsked,
    back: () => (asked ? setAsked(undefined) : choosing.back()),
  });
  return (
    <div className="items holds" data-weir-chosen={shown ? 'yes' : 'no'}>
      <section className="items-list" aria-labelledby="holds-title">
        <div className="items-head">
          <h2 id="holds-title">{t('console.holds.title')}</h2>
          {load.state === 'ready' && <Used held={load.data} />}
        </div>
        <View load={load}>
          {(held) =>
            held.items.length === 0 ? (
              <Empty text={t('console.holds.none')} />
            ) : (
              <HoldList items={held.items} chosen={shown?.id} onChoose={choose} />
            )
          }
        </View>
        {load.state === 'ready' && <Unproven />}
      </section>
      <section className="items-detail" aria-label={t('console.holds.one')}>
        {shown ? (
          <HoldDetail hold={shown} onBack={() => choose(undefined)}>
            <ActionButton actions={actions} id="holds.extend" />
            <ActionButton actions={actions} id="holds.release" tone="danger-line" />
          </HoldDetail>
        ) : (
          <p className="mute items-hint">{t('console.holds.choose')}</p>
        )}
      </section>
      {shown && asked === 'extend' && (
        <ExtendPanel
          key={shown.id}
          hold={shown}
          onBack={() => setAsked(undefined)}
          onDone={(next) =>
            load.set((now) => ({
              ...now,
              items: now.items.map((one) => (one.id === next.id ? next : one)),
            }))
          }
        />
      )}
      {shown && asked === 'release' && (
        <ReleasePanel
          key={shown.id}
          hold={shown}
          onBack={() => {
            setAsked(undefined);
            load.reload();
          }}
        />
      )}
    </div>
  );
}

function Used(props: { held: Held }): ReactElement {
  const { t } = useTranslation();
  const { bytes: used, totalBytes } = props.held;
  return (
    <span className="small mute holds-used">
      {totalBytes === null
        ? t('console.holds.used', { size: bytes(used) })
        : t('console.holds.usedOf', { size: bytes(used), total: bytes(totalBytes) })}
      {totalBytes !== null && (
        <meter min={0} max={totalBytes} value={used} aria-label={t('console.holds.quota')} />
      )}
    </span>
  );
}
