import type { Person } from '@weir/look';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** Who did something: a person's name, or a word for the service itself and for its command line. */
export function useWho(): (person: Person) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ id, nickname }) => (id === 'system' || id === 'local' ? t(`console.who.${id}`) : nickname),
    [t],
  );
}
