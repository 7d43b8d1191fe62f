import {
  type Action,
  type Labelled,
  type Language,
  type Loaded,
  useActions,
  useLanguage,
  useLoad,
} from '@weir/look';
import { useEffect } from 'react';
import { api } from '../../api.ts';

/** Preselected where no signal names a better one: `X`, then `Enter`, must be enough. */
export const DEFAULT_REASON = 'other';

type ReasonContext = { items: readonly Labelled[]; choose: (code: string) => void };

/** `1`–`9`: the reason that stands at that place. */
export const REASON_ACTIONS: readonly Action<ReasonContext>[] = Array.from({ length: 9 }, (_, n) => ({
  id: `reason.${n + 1}`,
  label: `console.reason.key${n + 1}`,
  group: 'console.reason.group',
  key: `Digit${n + 1}`,
  when: ({ items }: ReasonContext) => items[n] !== undefined,
  run: ({ items, choose }: ReasonContext) => {
    const at = items[n];
    if (at) choose(at.code);
  },
}));

export function reasonLabel(one: Labelled | undefined, code: string, language: Language): string {
  return one?.label?.[language] ?? one?.code ?? code;
}

/**
 * The public reasons, with their keys for as long as the component is mounted. Where a reason is named like the category
 * of what was found (`signal`), it is chosen once the reasons are there.
 */
export function useReasons(
  choose: (code: string) => void,
  signal = '',
): {
  load: Loaded<{ items: Labelled[] }>;
  labelOf: (code: string) => string;
} {
  const language = useLanguage();
  const load = useLoad((signal) => api.get<{ items: Labelled[] }>('/api/reasons', signal), []);
  const items = load.state === 'ready' ? load.data.items : [];
  useActions(REASON_ACTIONS, { items, choose });
  const named = items.some(({ code }) => code === signal);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, before anybody chooses.
  useEffect(() => {
    if (named) choose(signal);
  }, [named]);
  return {
    load,
    labelOf: (code) =>
      reasonLabel(
        items.find((one) => one.code === code),
        code,
        language,
      ),
  };
}
