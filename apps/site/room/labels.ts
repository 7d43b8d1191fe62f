import { type Labelled, useLanguage } from '@weir/look';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../api.ts';

/** Lists that change with the service's configuration only: fetched once a page, on first use. */
const lists = new Map<string, Promise<Labelled[]>>();

function list(path: string): Promise<Labelled[]> {
  let asked = lists.get(path);
  if (!asked) {
    asked = api.get<{ items: Labelled[] }>(path).then(({ items }) => items);
    asked.catch(() => lists.delete(path));
    lists.set(path, asked);
  }
  return asked;
}

/** The items of a list once they are there; empty before, and where they cannot be had. */
export function useList(path: '/api/categories' | '/api/reasons'): readonly Labelled[] {
  const [items, setItems] = useState<readonly Labelled[]>([]);
  useEffect(() => {
    let left = false;
    list(path).then(
      (got) => {
        if (!left) setItems(got);
      },
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [path]);
  return items;
}

/** Words for a category's code: the service's own, else the catalogue's, else the code. */
export function useCategoryText(): (code: string) => string {
  const { t } = useTranslation();
  const text = useLabels('/api/categories');
  return (code) => text(code) ?? t(`category.${code}`, { defaultValue: code });
}

/** Words for a public reason's code. */
export function useReasonText(): (code: string) => string {
  const { t } = useTranslation();
  const text = useLabels('/api/reasons');
  return (code) => text(code) ?? t(`reason.${code}`, { defaultValue: code });
}

/** Words for why a message was not accepted: a person's public reason, or a category of the screen. */
export function useWhyText(): (code: string) => string {
  const { t } = useTranslation();
  const text = useLabels('/api/reasons');
  return useCallback((code) => text(code) ?? t(`violation.${code}`, { defaultValue: code }), [text, t]);
}

function useLabels(path: '/api/categories' | '/api/reasons'): (code: string) => string | undefined {
  const language = useLanguage();
  const items = useList(path);
  return useCallback(
    (code: string) => items.find((item) => item.code === code)?.label?.[language],
    [items, language],
  );
}
