import { type ReactElement, useId, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../actions/Dialog.tsx';
import { Icon } from '../icons.tsx';
import { type DanmakuSettings, danmakuSettings } from './settings.ts';

/** Danmaku on or off, and its settings. */
export function DanmakuControls(): ReactElement {
  const { t } = useTranslation();
  const store = danmakuSettings();
  const settings = useSyncExternalStore(store.subscribe, store.get);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="control control-word"
        aria-pressed={settings.shown}
        onClick={() => store.patch({ shown: !settings.shown })}
      >
        <Icon name="danmaku" />
        <span>{t('danmaku.show')}</span>
      </button>
      <button
        type="button"
        className="control"
        aria-label={t('danmaku.settings')}
        data-weir-danmaku-settings
        onClick={() => setOpen(true)}
      >
        <Icon name="settings" />
      </button>
      {open && <Settings settings={settings} onClose={() => setOpen(false)} />}
    </>
  );
}

function Settings(props: { settings: DanmakuSettings; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const store = danmakuSettings();
  const opacity = useId();
  const { settings } = props;
  return (
    <Dialog title={t('danmaku.settings')} narrow onClose={props.onClose}>
      <Segments
        legend={t('danmaku.size')}
        options={[
          ['small', t('danmaku.sizeSmall')],
          ['large', t('danmaku.sizeLarge')],
        ]}
        value={settings.size}
        onChoose={(size) => store.patch({ size })}
      />
      <Segments
        legend={t('danmaku.area')}
        options={[
          ['quarter', t('danmaku.areaQuarter')],
          ['half', t('danmaku.areaHalf')],
        ]}
        value={settings.area}
        onChoose={(area) => store.patch({ area })}
      />
      <label className="field" htmlFor={opacity}>
        <span>{t('danmaku.opacity')}</span>
        <input
          id={opacity}
          className="slider"
          type="range"
          min={0.2}
          max={1}
          step={0.1}
          value={settings.opacity}
          onChange={(event) => store.patch({ opacity: Number(event.target.value) })}
        />
      </label>
      {matchMedia('(prefers-reduced-motion: reduce)').matches && (
        <p className="mute small">{t('danmaku.reduced')}</p>
      )}
    </Dialog>
  );
}

function Segments<V extends string>(props: {
  legend: string;
  options: readonly (readonly [V, string])[];
  value: V;
  onChoose: (value: V) => void;
}): ReactElement {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend>{props.legend}</legend>
      {props.options.map(([value, label]) => (
        <label key={value} className="segment">
          <input
            type="radio"
            name={name}
            checked={props.value === value}
            onChange={() => props.onChoose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
