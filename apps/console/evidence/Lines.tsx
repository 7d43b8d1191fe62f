import { Empty, type Labelled, timeOfDay, useLanguage, useLoad } from '@weir/look';
import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { reasonLabel } from '../now/panel/reasons.ts';
import { type Line, recalledIn } from './moment.ts';

/** What was said, decided and switched, in order; the line that the moment has reached is marked, and stays in sight. */
export function Lines(props: {
  lines: readonly Line[];
  more: boolean;
  current: number;
  onChoose: (at: number) => void;
}): ReactElement {
  const { t } = useTranslation();
  const { lines, current } = props;
  const list = useRef<HTMLOListElement>(null);
  const recalled = recalledIn(lines);
  const language = useLanguage();
  const reasons = useLoad((signal) => api.get<{ items: Labelled[] }>('/api/reasons', signal), []);
  const labels = reasons.state === 'ready' ? reasons.data.items : [];
  const labelOf = (code: string): string =>
    reasonLabel(
      labels.find((one) => one.code === code),
      code,
      language,
    );
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  if (lines.length === 0) return <Empty text={t('console.evidence.quiet')} />;
  return (
    <>
      <ol className="evidence-lines" ref={list}>
        {lines.map((line, i) => (
          <li
            key={`${line.log} ${line.n}`}
            className={line.log}
            aria-current={i === current ? 'time' : undefined}
          >
            <button type="button" onClick={() => props.onChoose(Date.parse(line.ts))}>
              <time dateTime={line.ts}>{timeOfDay(line.ts)}</time>
              <span>
                <Said
                  line={line}
                  recalled={line.id !== undefined && recalled.has(line.id)}
                  labelOf={labelOf}
                />
              </span>
            </button>
          </li>
        ))}
      </ol>
      {props.more && <p className="small warn">{t('console.evidence.more')}</p>}
    </>
  );
}

function Said(props: { line: Line; recalled: boolean; labelOf: (code: string) => string }): ReactElement {
  const { t } = useTranslation();
  const { kind, nickname, text, note, reason, decision } = props.line;
  const isMessage = kind === 'message.published' || kind === 'message.held' || kind === 'message.refused';
  const word = t(`console.evidence.kind.${kind.replace('.', '_')}`, { defaultValue: kind });
  if (isMessage)
    return (
      <>
        {kind !== 'message.published' && <b className="warn">{word} </b>}
        <span className="mute">{nickname}</span>{' '}
        <span className={props.recalled ? 'recalled' : ''}>{text}</span>
        {props.recalled && <b className="warn"> {t('console.evidence.recalled')}</b>}
      </>
    );
  return (
    <>
      <b>{word}</b>
      {decision && (
        <span>
          {' '}
          · {t(`console.evidence.decision.${decision.replaceAll('.', '_')}`, { defaultValue: decision })}
        </span>
      )}
      {reason && <span> · {props.labelOf(reason)}</span>}
      {note && <span className="mute"> · {note}</span>}
    </>
  );
}
