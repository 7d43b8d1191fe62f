import { Fragment, type ReactElement, type ReactNode, type Ref, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyCap } from '../actions/KeyCap.tsx';
import type { Instant } from '../format.ts';
import { Icon } from '../icons.tsx';
import { Done } from '../states/Done.tsx';
import { FailureLine } from '../states/Failure.tsx';
import './panel.css';

/** The sections, in the one order they always have. */
const ORDER = ['clause', 'disposition', 'term', 'evidence', 'effects', 'notice'] as const;
export type PanelSection = (typeof ORDER)[number];

/** The end of the panel: what confirming does, and how far that is. Never ahead of the service. */
export type Confirm = {
  label: string;
  run: () => void;
  ref?: Ref<HTMLButtonElement>;
  disabled?: boolean;
  /** The one filled red control of a screen. */
  danger?: boolean;
} & ({ state: 'ready' | 'writing' } | { state: 'done'; at: Instant } | { state: 'failed'; error: unknown });

/**
 * Where something is decided: at the right (320 px), on a phone a sheet from below. A form, so that Enter confirms
 * from every choice and field but a text of several lines, by the browser's own rule. Sections come in
 * fixed order whatever order they are given in; confirm is last and stays in sight.
 */
export function ActionPanel(props: {
  title: string;
  onBack?: () => void;
  sections: Partial<Record<PanelSection, ReactNode>>;
  headings?: Partial<Record<PanelSection, string>>;
  confirm: Confirm;
  /** What will happen to whom, right above confirm. */
  summary?: ReactNode;
  children?: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const title = useId();
  const { confirm } = props;
  return (
    <form
      className="action-panel"
      aria-labelledby={title}
      data-weir-panel={confirm.state}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (confirm.disabled !== true && confirm.state !== 'writing' && confirm.state !== 'done')
          confirm.run();
      }}
    >
      <div className="action-panel-head">
        <h2 id={title}>{props.title}</h2>
        {props.onBack && (
          <button
            type="button"
            className="button button-quiet button-icon"
            aria-label={t('look.panel.back')}
            onClick={props.onBack}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <div className="action-panel-body">
        {ORDER.map((section) =>
          props.sections[section] == null ? null : (
            <Fragment key={section}>
              <h3>{props.headings?.[section] ?? t(`look.panel.${section}`)}</h3>
              <div className={section === 'notice' ? 'action-panel-notice' : ''}>
                {props.sections[section]}
              </div>
            </Fragment>
          ),
        )}
        {props.children}
      </div>
      <div className="action-panel-foot">
        {confirm.state !== 'done' && props.summary}
        {confirm.state === 'done' && <Done at={confirm.at} />}
        {confirm.state === 'failed' && <FailureLine error={confirm.error} />}
        {confirm.state !== 'done' && (
          <button
            type="submit"
            {...(confirm.ref ? { ref: confirm.ref } : {})}
            className={`button ${confirm.danger ? 'button-danger' : 'button-accent'}`}
            disabled={confirm.disabled === true || confirm.state === 'writing'}
          >
            {confirm.state === 'writing' ? t('look.writing') : confirm.label}
            {confirm.state === 'ready' && <KeyCap chord="Enter" />}
          </button>
        )}
      </div>
    </form>
  );
}
