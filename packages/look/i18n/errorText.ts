import { useTranslation } from 'react-i18next';
import { ApiError, codeOf } from '../api.ts';

/** Words for anything that went wrong, by its code; a code the catalogue lacks falls back to the server's detail. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    const values = error instanceof ApiError ? error.more : {};
    const detail = error instanceof ApiError ? error.detail : undefined;
    return t(`error.${codeOf(error)}`, { ...values, defaultValue: detail ?? t('error.internal') });
  };
}
