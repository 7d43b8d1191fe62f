import { onTheme, shownTheme, tokenValue } from '@weir/look';
import { type ThemeConfig, theme } from 'antd';
import { useSyncExternalStore } from 'react';

/** The shared tokens as antd's theme: colours exist in one place only. */
export function useConsoleTheme(): ThemeConfig {
  const shown = useSyncExternalStore(onTheme, shownTheme);
  return {
    algorithm: shown === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: tokenValue('accent'),
      colorBgBase: tokenValue('bg'),
      colorBgContainer: tokenValue('panel'),
      colorBgElevated: tokenValue('panel'),
      colorTextBase: tokenValue('text'),
      colorText: tokenValue('text'),
      colorTextSecondary: tokenValue('mute'),
      colorTextPlaceholder: tokenValue('mute'),
      colorBorder: tokenValue('edge'),
      colorBorderSecondary: tokenValue('line'),
      colorSuccess: tokenValue('ok'),
      colorInfo: tokenValue('info'),
      colorWarning: tokenValue('warn'),
      colorError: tokenValue('danger'),
      fontFamily: tokenValue('font'),
      fontSize: 14,
      borderRadius: 6,
      controlHeight: 32,
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
    components: {
      Table: {
        fontSize: 13,
        cellPaddingBlockSM: 4,
        cellPaddingInlineSM: 8,
        headerBg: tokenValue('sunk'),
        borderColor: tokenValue('line'),
        headerColor: tokenValue('mute'),
        rowHoverBg: tokenValue('sunk'),
      },
      Segmented: {
        trackBg: tokenValue('sunk'),
        itemColor: tokenValue('mute'),
        itemSelectedBg: tokenValue('panel'),
        itemSelectedColor: tokenValue('text'),
      },
    },
  };
}
