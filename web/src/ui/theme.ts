/** Ant Design wearing our tokens. The dark algorithm recomputes seeds, so every shade is restated after it. */
import { type ThemeConfig, theme } from 'antd';
import { codeStack, dark, fontStack, light, type Palette } from './tokens';

function tokensOf(palette: Palette, darkMode: boolean) {
  return {
    colorPrimary: palette.primary,
    colorPrimaryHover: palette.primaryHover,
    colorPrimaryActive: palette.primaryActive,
    colorPrimaryBg: palette.primaryBg,
    colorPrimaryBgHover: palette.primaryBgHover,
    colorPrimaryBorder: palette.primary,
    colorPrimaryText: palette.primaryText,
    colorTextLightSolid: palette.onPrimary,
    colorError: palette.danger,
    colorErrorText: palette.dangerText,
    colorErrorBg: palette.dangerBg,
    colorWarning: palette.warn,
    colorWarningText: palette.warnText,
    colorWarningBg: palette.warnBg,
    colorSuccess: palette.success,
    colorSuccessText: palette.successText,
    colorSuccessBg: palette.successBg,
    colorInfo: palette.info,
    colorInfoText: palette.infoText,
    colorInfoBg: palette.infoBg,
    colorBgLayout: palette.bg,
    colorBgContainer: palette.surface,
    colorBgElevated: palette.raised,
    colorBgMask: palette.mask,
    colorBorder: palette.borderStrong,
    colorBorderSecondary: palette.border,
    colorSplit: palette.border,
    colorText: palette.text,
    colorTextSecondary: palette.text2,
    colorTextTertiary: palette.text3,
    colorTextQuaternary: palette.text3,
    colorTextPlaceholder: palette.text3,
    colorTextDescription: palette.text3,
    colorLink: palette.primaryText,
    colorLinkHover: palette.primaryHover,
    controlItemBgHover: palette.hover,
    controlItemBgActive: palette.selected,
    controlItemBgActiveHover: palette.selected,
    controlOutline: palette.primaryBg,
    controlOutlineWidth: 3,
    fontFamily: fontStack,
    fontFamilyCode: codeStack,
    fontSize: 14,
    borderRadius: 8,
    borderRadiusSM: 6,
    borderRadiusLG: 12,
    controlHeight: 36,
    controlHeightSM: 28,
    controlHeightLG: 44,
    motionDurationFast: '0.12s',
    motionDurationMid: '0.18s',
    motionDurationSlow: '0.24s',
    boxShadow: palette.shadow3,
    boxShadowSecondary: palette.shadow2,
    boxShadowTertiary: palette.shadow1,
    wireframe: false,
    zIndexPopupBase: 30,
    ...(darkMode ? { colorFillTertiary: 'rgba(232,236,234,0.08)' } : {}),
  };
}

/** The theme for one palette. */
export function antdTheme(mode: 'light' | 'dark'): ThemeConfig {
  const palette = mode === 'dark' ? dark : light;
  const tokens = tokensOf(palette, mode === 'dark');
  const base = mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return {
    algorithm: (seed, map) => ({ ...base(seed, map), ...tokens }),
    token: tokens,
    components: {
      Button: {
        fontWeight: 500,
        paddingInline: 14,
        contentFontSizeLG: 15,
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        dangerColor: '#FFFFFF',
      },
      Input: {
        activeShadow: `0 0 0 3px ${palette.primaryBg}`,
        errorActiveShadow: `0 0 0 3px ${palette.dangerBg}`,
      },
      Segmented: {
        trackBg: mode === 'dark' ? palette.raised : palette.rail,
        itemSelectedBg: mode === 'dark' ? palette.borderStrong : palette.surface,
        trackPadding: 3,
        itemColor: palette.text2,
        itemSelectedColor: palette.text,
      },
      Tabs: { horizontalItemGutter: 20, titleFontSize: 14 },
      Modal: { borderRadiusLG: 20, titleFontSize: 16, contentBg: palette.raised, headerBg: palette.raised },
      Dropdown: { paddingBlock: 7, borderRadiusLG: 12 },
      Tooltip: { fontSize: 12, colorBgSpotlight: '#1F2624', colorTextLightSolid: '#EEF2F0' },
      Table: {
        headerBg: palette.sunken,
        headerColor: palette.text3,
        rowHoverBg: palette.hover,
        borderColor: palette.border,
      },
      Tag: { borderRadiusSM: 4 },
    },
  };
}
