import { useEffect } from 'react';
import { useSite } from './site.tsx';

/** Names the page in the browser's tab. */
export function useTitle(title: string | undefined): void {
  const provider = useSite()?.providerName ?? '';
  useEffect(() => {
    document.title = [title, provider].filter(Boolean).join(' · ');
  }, [title, provider]);
}
