import { Icon } from '@weir/look';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

const SAID_MS = 2_000;

/** Puts a text on the clipboard and says so for two seconds. */
export function CopyButton(props: { text: string; label: string }): ReactElement {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      className="button"
      aria-label={props.label}
      onClick={() => void copyText(props.text).then(setCopied)}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      <span role="status">{t(copied ? 'look.copied' : 'look.copy')}</span>
    </button>
  );
}

/** True where the text is on the clipboard; pages without TLS have only the old way. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
