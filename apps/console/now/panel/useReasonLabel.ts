import { type Labelled, useLanguage, useLoad } from '@weir/look';
import { api } from '../../api.ts';
import { reasonLabel } from './reasons.ts';

/** Words for a public reason's code; undefined where there is none. */
export function useReasonLabel(code: string | undefined): string | undefined {
  const language = useLanguage();
  const load = useLoad((signal) => api.get<{ items: Labelled[] }>('/api/reasons', signal), []);
  if (code === undefined) return undefined;
  const items = load.state === 'ready' ? load.data.items : [];
  return reasonLabel(
    items.find((one) => one.code === code),
    code,
    language,
  );
}
