import { ActionPanel, type Broadcast, Choices, type GateMode } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';
import { Words } from './CutPanel.tsx';
import { useWrite } from './useWrite.ts';

const MODES: readonly GateMode[] = ['open', 'delay', 'review', 'closed'];

/** Orders a mode for picture and messages; policy may be stricter and then wins. */
export function GatePanel(props: {
  broadcast: Broadcast;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { gate, id, title } = props.broadcast;
  const [media, setMedia] = useState<GateMode>(gate.media.mode);
  const [messages, setMessages] = useState<GateMode>(gate.messages.mode);
  const [seconds, setSeconds] = useState(Math.max(1, Math.round((gate.media.delayMs || 8_000) / 1_000)));
  const [note, setNote] = useState('');
  const setting = (mode: GateMode): object => ({
    mode,
    ...(mode === 'delay' ? { delayMs: seconds * 1_000 } : {}),
  });
  const [write, run] = useWrite(
    () => api.put(`/api/broadcasts/${id}/gate`, { media: setting(media), messages: setting(messages), note }),
    props.onDone,
  );
  const choices = MODES.map((mode) => ({ value: mode, label: t(`console.order.${mode}`) }));
  return (
    <ActionPanel
      title={t('console.order.title', { title })}
      onBack={props.onBack}
      headings={{
        clause: t('console.order.mode'),
        disposition: t('console.order.talk'),
        evidence: t('console.cut.words'),
      }}
      sections={{
        clause: (
          <Choices
            label={t('console.order.mode')}
            columns={2}
            choices={choices}
            value={media}
            onChoose={(mode) => setMedia(mode as GateMode)}
          />
        ),
        disposition: (
          <Choices
            label={t('console.order.talk')}
            columns={2}
            choices={choices}
            value={messages}
            onChoose={(mode) => setMessages(mode as GateMode)}
          />
        ),
        ...(media === 'delay' || messages === 'delay'
          ? {
              term: (
                <label className="field">
                  <span>{t('console.order.delaySeconds')}</span>
                  <input
                    className="input"
                    type="number"
                    min={1}
                    max={600}
                    value={seconds}
                    onChange={(event) =>
                      setSeconds(Math.min(600, Math.max(1, Number(event.target.value) || 1)))
                    }
                  />
                </label>
              ),
            }
          : {}),
        evidence: (
          <Words
            label={t('console.order.note')}
            hint={t('console.order.noteHint')}
            value={note}
            onChange={setNote}
          />
        ),
        effects: <p className="small">{t('console.order.effects')}</p>,
      }}
      confirm={{ label: t('console.order.confirm'), run, ...write }}
    />
  );
}
