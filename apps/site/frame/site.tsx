import type { SiteInfo } from '@weir/look';
import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useState } from 'react';
import { api } from '../api.ts';

const SiteContext = createContext<SiteInfo | undefined>(undefined);

/** Asks once who provides this site. */
export function SiteProvider(props: { children: ReactNode }): ReactElement {
  const [site, setSite] = useState<SiteInfo>();
  useEffect(() => {
    const left = new AbortController();
    // Without an answer the footer says less; the page itself does not wait for it.
    api.get<SiteInfo>('/api/site', left.signal).then(setSite, () => undefined);
    return () => left.abort();
  }, []);
  return <SiteContext value={site}>{props.children}</SiteContext>;
}

/** Who provides this site; undefined until the answer is there. */
export function useSite(): SiteInfo | undefined {
  return useContext(SiteContext);
}
