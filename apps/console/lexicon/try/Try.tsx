import { FailureLine } from '@weir/look';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';
import { COMPILED_WITHIN_MS, type Hit, type Verdict } from '../entry.ts';
import type { LexiconView } from '../Lexicon.tsx';
import { ROUTES, type TextRoute } from '../thresholds/weights.ts';
import { Found } from './Found.tsx';

/** `POST /api/text/try`. */
export type Tried = {
  version: number;
  route: TextRoute;
  thresholds: number;
  verdict: Verdict;
  category: string;
  stages: { stage: string; view: string }[];
  hits: Hit[];
  allowed: { term: string; start: number; end: number; overrules: Hit[] }[];
};

const TEXT_MOST = 2_000;

/** A text, what each stage makes of it, what is found in it and what that comes to. Nothing of it is kept. */
export function Try(props: { view: LexiconView }): ReactElement {
  const { t } = useTranslation();
  const { live, shadow } = props.view.now;
  const [text, setText] = useState('');
  // The one in force is asked for as such: its number here may be that of the one before.
  const [beside, setBeside] = useState(false);
  const [route, setRoute] = useState<TextRoute>('message');
  const [tried, setTried] = useState<{ text: string; answer: Tried }>();
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() === '' || busy) return;
    setBusy(true);
    setFailed(undefined);
    try {
      const version = beside ? shadow?.version : undefined;
      const asked = { text, version, route };
      setTried({ text, answer: await api.post<Tried>('/api/text/try', asked, COMPILED_WITHIN_MS) });
    } catch (error) {
      setFailed(error);
    }
    setBusy(false);
  };
  return (
    <div className="lexicon-body lexicon-try">
      <form className="lexicon-main" onSubmit={(event) => void submit(event)}>
        <label className="field">
          <span>{t('console.lexicon.try.text')}</span>
          <textarea
            ref={box}
            className="input"
            rows={3}
            maxLength={TEXT_MOST}
            value={text}
            placeholder={t('console.lexicon.try.placeholder')}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              // Enter tries, as it sends in a room; Shift+Enter begins a line: some write downwards.
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              void submit(event);
            }}
          />
        </label>
        <div className="lexicon-tools">
          <select
            className="input lexicon-select"
            aria-label={t('console.lexicon.column.version')}
            value={beside && shadow ? 'beside' : 'live'}
            onChange={(event) => setBeside(event.target.value === 'beside')}
          >
            <option value="live">{t('console.lexicon.inForce', { n: live.version })}</option>
            {shadow && <option value="beside">{t('console.lexicon.beside', { n: shadow.version })}</option>}
          </select>
          <select
            className="input lexicon-select"
            aria-label={t('console.lexicon.try.route')}
            value={route}
            onChange={(event) => setRoute(event.target.value as TextRoute)}
          >
            {ROUTES.map((one) => (
              <option key={one} value={one}>
                {t(`console.lexicon.thresholds.route.${one}`)}
              </option>
            ))}
          </select>
          <button type="submit" className="button button-accent" disabled={busy || text.trim() === ''}>
            {t('console.lexicon.try.submit')}
          </button>
        </div>
        {failed !== undefined && <FailureLine error={failed} />}
      </form>
      <section className="lexicon-found" aria-live="polite" aria-label={t('console.lexicon.try.result')}>
        {tried ? (
          <Found text={tried.text} tried={tried.answer} view={props.view} />
        ) : (
          <p className="mute" data-weir-view="empty">
            {t('console.lexicon.try.empty')}
          </p>
        )}
      </section>
    </div>
  );
}
