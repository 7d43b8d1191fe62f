import type { Broadcast } from '@weir/look';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../frame/CopyButton.tsx';
import { useSite } from '../frame/site.tsx';
import { useKeys } from './keys.ts';

const TABS = ['obs', 'phone', 'ffmpeg'] as const;
type Tab = (typeof TABS)[number];
const STEPS: Readonly<Record<Exclude<Tab, 'ffmpeg'>, readonly number[]>> = {
  obs: [1, 2, 3, 4],
  phone: [1, 2, 3],
};

/** How to send a picture from OBS, a phone, or ffmpeg, with the address and key filled in. */
export function Guides(props: { broadcast: Broadcast }): ReactElement {
  const { t } = useTranslation();
  const site = useSite();
  const ingest = useKeys().of(props.broadcast.id);
  const [tab, setTab] = useState<Tab>('obs');
  const url = ingest?.url ?? site?.rtmpUrl ?? '';
  const target = `${url}/${ingest?.key ?? t('studio.yourKey')}`;
  const command =
    props.broadcast.kind === 'audio'
      ? `ffmpeg -re -i input.mp3 -vn -c:a aac -b:a 128k -f flv '${target}'`
      : `ffmpeg -re -i input.mp4 -c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -g 50 -b:v 2M -c:a aac -b:a 128k -f flv '${target}'`;
  return (
    <div className="stack guides">
      <div className="tabs" role="tablist" aria-label={t('studio.guides')}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`guide-${one}`}
            className="tab"
            aria-selected={tab === one}
            aria-controls="guide"
            onClick={() => setTab(one)}
          >
            {t(`studio.guide.${one}.title`)}
          </button>
        ))}
      </div>
      <div id="guide" role="tabpanel" aria-labelledby={`guide-${tab}`} className="stack">
        {tab === 'ffmpeg' ? (
          <>
            <p className="small">{t('studio.guide.ffmpeg.text')}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls, also by key. */}
            <pre className="command" tabIndex={0}>
              <code>{command}</code>
            </pre>
            <CopyButton text={command} label={t('studio.copyCommand')} />
          </>
        ) : (
          <ol className="guide-steps">
            {STEPS[tab].map((step) => (
              <li key={step}>{t(`studio.guide.${tab}.step${step}`, { url, target })}</li>
            ))}
          </ol>
        )}
      </div>
    </div>
  );
}
