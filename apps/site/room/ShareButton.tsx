import { Icon } from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '../frame/CopyButton.tsx';

const SAID_MS = 2_000;

/** Gives the page's address to the phone's own share sheet, or puts it on the clipboard. */
export function ShareButton(props: { title: string }): ReactElement {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const share = async (): Promise<void> => {
    const url = `${location.origin}${location.pathname}`;
    if (typeof navigator.share === 'function' && matchMedia('(pointer: coarse)').matches) {
      // Closing the sheet is an answer, not a fault.
      await navigator.share({ title: props.title, url }).catch(() => undefined);
    } else setCopied(await copyText(url));
  };
  return (
    <button type="button" className="button button-quiet" onClick={() => void share()}>
      <Icon name={copied ? 'check' : 'share'} />
      <span role="status">{t(copied ? 'look.copied' : 'room.share')}</span>
    </button>
  );
}
