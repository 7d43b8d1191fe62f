import { ActionPanel } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { useWrite } from '../../now/panel/useWrite.ts';
import { Words } from '../../now/panel/Words.tsx';
import { COMPILED_WITHIN_MS, type Version } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';

/** Puts a version in force everywhere, or tries it beside the one in force. */
export function ActivatePanel(props: {
  what: 'activate' | 'shadow';
  version: Version | undefined;
  view: LexiconView;
  onBack: () => void;
  onDone: () => void;
}): ReactElement | null {
  const { t } = useTranslation();
  const { what, version } = props;
  const { live } = props.view.now;
  const [note, setNote] = useState('');
  const confirm = useRef<HTMLButtonElement>(null);
  const [write, run] = useWrite<Version>(
    () => api.post(`/api/lexicon/versions/${version?.version}/${what}`, { note }, COMPILED_WITHIN_MS),
    props.onDone,
    ({ stateAt }) => stateAt,
  );
  useEffect(() => confirm.current?.focus(), []);
  // Once done the version in force is another: what was ordered keeps its name.
  const [replaced] = useState(live.version);
  if (!version) return null;
  const kind = what === 'shadow' ? 'shadow' : version.version < replaced ? 'rollBack' : 'activate';
  return (
    <ActionPanel
      title={t(`console.lexicon.order.${kind}`, { n: version.version })}
      onBack={props.onBack}
      headings={{ evidence: t('console.cut.words') }}
      sections={
        write.state === 'done'
          ? {}
          : {
              evidence: (
                <Words
                  label={t('console.lexicon.note')}
                  hint={t('console.lexicon.noteHint')}
                  value={note}
                  onChange={setNote}
                />
              ),
              effects: <p className="small">{t(`console.lexicon.order.${what}Effects`, { n: replaced })}</p>,
            }
      }
      summary={
        <p className="small">
          {t('console.lexicon.versionOf', { n: version.version })} ·{' '}
          {t('console.lexicon.draft.counts', {
            add: version.added,
            change: version.changed,
            remove: version.removed,
          })}
        </p>
      }
      confirm={{
        label: t(`console.lexicon.order.${kind}Confirm`, { n: version.version }),
        run,
        ref: confirm,
        danger: what === 'activate',
        ...write,
      }}
    />
  );
}
