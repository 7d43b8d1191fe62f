import { ActionPanel, type Broadcast, Choices, type Gate, type GateMode, useLoad, View } from '@weir/look';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { type Orders, StandingOrders } from './StandingOrders.tsx';
import { useWrite } from './useWrite.ts';
import { Words } from './Words.tsx';

const MODES: readonly GateMode[] = ['open', 'delay', 'review', 'closed'];
const DELAY_MS = 8_000;

/** Orders a mode for picture and messages; policy may be stricter and then wins. Enter confirms from every field. */
export function GatePanel(props: {
  broadcast: Broadcast;
  onBack: () => void;
  onDone: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { gate, id, title } = props.broadcast;
  const standing = useLoad((signal) => api.get<Orders>(`/api/broadcasts/${id}/gate`, signal), [id]);
  const [media, setMedia] = useState<GateMode>(gate.media.mode);
  const [messages, setMessages] = useState<GateMode>(gate.messages.mode);
  const [seconds, setSeconds] = useState(String((gate.media.delayMs || DELAY_MS) / 1_000));
  const [note, setNote] = useState('');
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => first.current?.querySelector<HTMLElement>('input:checked')?.focus(), []);
  const delayMs = Math.round(Number(seconds) * 1_000);
  const delays = media === 'delay' || messages === 'delay';
  const wrong = delays && !(delayMs >= 1_000 && delayMs <= 600_000);
  const setting = (mode: GateMode): object => ({ mode, ...(mode === 'delay' ? { delayMs } : {}) });
  const [write, run] = useWrite<Gate>(
    () =>
      api.put(`/api/broadcasts/${id}/gate`, {
        media: setting(media),
        messages: setting(messages),
        ...(note ? { note } : {}),
      }),
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
          <div ref={first}>
            <Choices
              label={t('console.order.mode')}
              columns={2}
              choices={choices}
              value={media}
              onChoose={(mode) => setMedia(mode as GateMode)}
            />
          </div>
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
        ...(delays
          ? {
              term: (
                <label className="field">
                  <span>{t('console.order.delaySeconds')}</span>
                  <input
                    className="input"
                    type="number"
                    inputMode="numeric"
                    min={1}
                    max={600}
                    value={seconds}
                    aria-invalid={wrong}
                    onChange={(event) => setSeconds(event.target.value)}
                  />
                  {wrong && <small className="danger">{t('console.order.delayWrong')}</small>}
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
        effects: (
          <>
            <p className="small">{t('console.order.effects')}</p>
            <View load={standing}>
              {(orders) => (
                <StandingOrders
                  orders={orders}
                  asked={{ media, messages, delayMs: wrong ? DELAY_MS : delayMs }}
                />
              )}
            </View>
          </>
        ),
      }}
      confirm={{ label: t('console.order.confirm'), run, disabled: wrong, ...write }}
    />
  );
}
