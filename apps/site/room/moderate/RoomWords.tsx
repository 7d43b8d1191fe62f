import { FailureLine, useLoad, View } from '@weir/look';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api.ts';

type Word = { word: string; verdict: 'hold' | 'refuse' };

/** A word has at least two characters and at most so many. */
const WORD_LEAST = 2;
const WORD_MOST = 32;
const WORDS_MOST = 100;

/** Words that are held or refused in this room alone. They add to what holds everywhere and take nothing from it. */
export function RoomWords(props: { room: string }): ReactElement {
  const { t } = useTranslation();
  const path = `/api/rooms/${encodeURIComponent(props.room)}/words`;
  const load = useLoad((signal) => api.get<{ items: Word[] }>(path, signal), [path]);
  const [text, setText] = useState('');
  const [verdict, setVerdict] = useState<Word['verdict']>('hold');
  const [failed, setFailed] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const word = text.trim();
  const fits = word.length >= WORD_LEAST && word.length <= WORD_MOST;
  const put = async (change: (now: readonly Word[]) => Word[]): Promise<boolean> => {
    setFailed(undefined);
    setBusy(true);
    try {
      // What others have set meanwhile stays.
      const { items } = await api.get<{ items: Word[] }>(path);
      const answer = await api.put<{ items: Word[] }>(path, { items: change(items) });
      load.set(() => answer);
      return true;
    } catch (error) {
      setFailed(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!fits || busy) return;
    if (await put((now) => [...now.filter((one) => one.word !== word), { word, verdict }])) setText('');
  };
  return (
    <section aria-label={t('moderate.words')}>
      <h3>{t('moderate.words')}</h3>
      <form className="moderate-add" onSubmit={(event) => void add(event)}>
        <input
          className="input"
          aria-label={t('moderate.word')}
          placeholder={t('moderate.word')}
          maxLength={WORD_MOST}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <select
          className="input"
          aria-label={t('moderate.verdict')}
          value={verdict}
          onChange={(event) => setVerdict(event.target.value as Word['verdict'])}
        >
          <option value="hold">{t('moderate.hold')}</option>
          <option value="refuse">{t('moderate.refuse')}</option>
        </select>
        <button type="submit" className="button button-accent" disabled={!fits || busy}>
          {t('moderate.add')}
        </button>
      </form>
      {failed !== undefined && <FailureLine error={failed} />}
      <View load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="mute small" data-weir-view="empty">
              {t('moderate.noWords')}
            </p>
          ) : (
            <>
              <ul className="moderate-list">
                {items.map((one) => (
                  <li key={one.word}>
                    <span>
                      <b>{one.word}</b>{' '}
                      <span className={`small ${one.verdict === 'hold' ? 'info' : 'warn'}`}>
                        {t(`moderate.${one.verdict}`)}
                      </span>
                    </span>
                    <button
                      type="button"
                      className="button"
                      disabled={busy}
                      aria-label={t('moderate.removeWord', { word: one.word })}
                      onClick={() => void put((now) => now.filter(({ word: other }) => other !== one.word))}
                    >
                      {t('moderate.remove')}
                    </button>
                  </li>
                ))}
              </ul>
              {items.length >= WORDS_MOST && (
                <p className="warn small">{t('moderate.full', { n: WORDS_MOST })}</p>
              )}
            </>
          )
        }
      </View>
    </section>
  );
}
