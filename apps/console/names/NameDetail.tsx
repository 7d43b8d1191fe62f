import { ActionButton, type BoundAction, dateTime, FailureLine, Icon } from '@weir/look';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Found } from '../items/Found.tsx';
import { Written } from '../items/Written.tsx';
import { useReasonLabel } from '../now/panel/useReasonLabel.ts';
import { NameState } from './NameList.tsx';
import { type HeldName, isWaiting } from './name.ts';

/** One title or nickname: what is wished for, what stands there now, what was found, and the two answers. */
export function NameDetail(props: {
  name: HeldName;
  actions: readonly BoundAction[];
  writing: boolean;
  failed: unknown;
  onBack: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { name, actions, writing, failed } = props;
  return (
    <>
      <button type="button" className="button button-quiet contests-back" onClick={props.onBack}>
        <Icon name="back" size={16} />
        {t('console.detail.back')}
      </button>
      <h2 className="only-heard">{t('console.names.one')}</h2>
      <p className="contests-line">
        <NameState state={name.state} />{' '}
        <span className="mute small">
          {t(`console.names.of.${name.of}`)} · {name.owner.nickname} · {dateTime(name.at)}
          {name.of === 'title' && (
            <>
              {' · '}
              <Link to={`/b/${name.subject}`}>{t('console.contests.room')}</Link>
            </>
          )}
        </span>
      </p>
      <p className="contests-words">
        <Written {...name} />
      </p>
      <p className="small">
        <span className="mute">{t('console.names.now')}</span> {name.now}
      </p>
      <h3>{t('console.contests.found')}</h3>
      <Found hits={name.hits} />
      {isWaiting(name) ? (
        <>
          {name.state === 'contested' && <p className="small mute">{t('console.names.another')}</p>}
          <div className="contests-ways">
            <ActionButton actions={actions} id="names.release" tone="accent" />
            <ActionButton actions={actions} id="names.refuse" />
            {writing && (
              <span className="mute small" role="status">
                {t('look.writing')}
              </span>
            )}
          </div>
          {failed !== undefined && <FailureLine error={failed} />}
        </>
      ) : (
        <Answered name={name} />
      )}
    </>
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
