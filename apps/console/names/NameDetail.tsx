import { ActionButton, type BoundAction, dateTime } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AllowField } from '../items/AllowField.tsx';
import { Found } from '../items/Found.tsx';
import { ItemDetail, ItemWays } from '../items/ItemDetail.tsx';
import { useReasonLabel } from '../now/panel/useReasonLabel.ts';
import { NameState } from './NameState.tsx';
import { type HeldName, isWaiting } from './name.ts';

/** One title or nickname: what is wished for, what stands there now, what was found, and the two answers. */
export function NameDetail(props: {
  name: HeldName;
  actions: readonly BoundAction[];
  /** The term that is allowed with it, where it is to be. */
  allow: string;
  onAllow: (term: string) => void;
  writing: boolean;
  failed: unknown;
  onBack: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { name, actions, writing, failed } = props;
  return (
    <ItemDetail
      title={t('console.names.one')}
      state={<NameState state={name.state} />}
      about={
        <>
          {t(`console.names.of.${name.of}`)} · {name.owner.nickname} · {dateTime(name.at)}
          {name.of === 'title' && (
            <>
              {' · '}
              <Link to={`/b/${name.subject}`}>{t('console.contests.room')}</Link>
            </>
          )}
        </>
      }
      written={name}
      onBack={props.onBack}
    >
      <p className="small">
        <span className="mute">{t('console.names.now')}</span> {name.now}
      </p>
      <h3>{t('console.contests.found')}</h3>
      <Found hits={name.hits} />
      {isWaiting(name) ? (
        <>
          {name.state === 'contested' && (
            <p className="small mute">
              {t(name.answeredBy ? 'console.names.another' : 'console.names.byScreen')}
            </p>
          )}
          {name.hits.length > 0 && <AllowField value={props.allow} onChange={props.onAllow} />}
          <ItemWays writing={writing} failed={failed}>
            <ActionButton actions={actions} id="names.release" tone="accent" />
            {name.hits.length > 0 && <ActionButton actions={actions} id="names.allow" />}
            <ActionButton actions={actions} id="names.refuse" />
          </ItemWays>
        </>
      ) : (
        <Answered name={name} />
      )}
    </ItemDetail>
  );
}

function Answered(props: { name: HeldName }): ReactElement {
  const { answeredAt, answeredBy, reason } = props.name;
  const why = useReasonLabel(reason ?? undefined);
  return (
    <p className="mute small">
      {answeredAt && dateTime(answeredAt)} · {answeredBy?.nickname}
      {why && ` · ${why}`}
    </p>
  );
}
