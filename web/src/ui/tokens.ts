/**
 * Every colour, radius and shadow of the house, once. The Ant Design theme and the CSS variables
 * (`var(--primary)`, same names) are both made from these values; components never write a hex value.
 */

export type Palette = Record<keyof typeof light, string>;

export const light = {
  bg: '#F1F3F2',
  surface: '#FFFFFF',
  sunken: '#F7F8F7',
  rail: '#E9ECEA',
  raised: '#FFFFFF',
  border: '#E2E6E4',
  borderStrong: '#C8CECB',
  text: '#171C1A',
  text2: '#47504C',
  text3: '#626B67',
  primary: '#0E7A66',
  primaryHover: '#0B6A58',
  primaryActive: '#08594A',
  onPrimary: '#FFFFFF',
  primaryText: '#0B6A58',
  primaryBg: '#E6F4F0',
  primaryBgHover: '#D3EBE4',
  selected: '#DDF0EA',
  own: '#D9EFE8',
  danger: '#C2372A',
  dangerText: '#A92C20',
  dangerBg: '#FCECE9',
  dangerFill: '#C2372A',
  warn: '#D99312',
  warnText: '#7A4E00',
  warnBg: '#FCF1DA',
  success: '#3A7A22',
  successText: '#2F6A1B',
  successBg: '#EBF5E4',
  info: '#2B66C4',
  infoText: '#2257AC',
  infoBg: '#E8F0FC',
  presenceOnline: '#4C9A2A',
  presenceMeeting: '#B8770B',
  codeKeyword: '#7A2E8E',
  codeString: '#1F5F2A',
  codeNumber: '#8A3B00',
  codeComment: '#4F5955',
  codeTitle: '#1D4E9E',
  codeType: '#6B4A00',
  codeName: '#0B5A66',
  codeRemoved: '#A02418',
  hover: 'rgba(23, 28, 26, 0.05)',
  mask: 'rgba(14, 18, 16, 0.45)',
  shadow1: '0 1px 2px rgba(14, 24, 20, 0.05)',
  shadow2: '0 2px 6px rgba(14, 24, 20, 0.06), 0 8px 24px rgba(14, 24, 20, 0.08)',
  shadow3: '0 4px 12px rgba(14, 24, 20, 0.08), 0 20px 56px rgba(14, 24, 20, 0.18)',
};

export const dark: Palette = {
  bg: '#121514',
  surface: '#191D1B',
  sunken: '#151917',
  rail: '#0E1110',
  raised: '#222725',
  border: '#2A302D',
  borderStrong: '#3E4642',
  text: '#E8ECEA',
  text2: '#B4BCB8',
  text3: '#8F9994',
  primary: '#4BC2A8',
  primaryHover: '#66D2BA',
  primaryActive: '#38A98F',
  onPrimary: '#06231D',
  primaryText: '#5ACBB2',
  primaryBg: '#16302A',
  primaryBgHover: '#1B3D35',
  selected: '#1B332D',
  own: '#173A32',
  danger: '#FF8370',
  dangerText: '#FF9D8D',
  dangerBg: '#3A1D19',
  dangerFill: '#CF4335',
  warn: '#E9B44C',
  warnText: '#F0C36B',
  warnBg: '#352A14',
  success: '#86C56A',
  successText: '#97D07C',
  successBg: '#1E2F17',
  info: '#82AEF5',
  infoText: '#9BBEF8',
  infoBg: '#1A2840',
  presenceOnline: '#86C56A',
  presenceMeeting: '#E9B44C',
  codeKeyword: '#DDA8F0',
  codeString: '#A5D68A',
  codeNumber: '#F2B27E',
  codeComment: '#A7B0AC',
  codeTitle: '#A3C4FB',
  codeType: '#EBCB7D',
  codeName: '#86D3D8',
  codeRemoved: '#FFA99B',
  hover: 'rgba(232, 236, 234, 0.06)',
  mask: 'rgba(0, 0, 0, 0.6)',
  shadow1: 'none',
  shadow2: '0 0 0 1px #323936, 0 8px 24px rgba(0, 0, 0, 0.4)',
  shadow3: '0 0 0 1px #323936, 0 20px 56px rgba(0, 0, 0, 0.55)',
};

/** The lane at night: the meeting surface, the same in both themes. Available as `--stage…`. */
export const stage = {
  stage: '#0B0E0D',
  stageBar: '#141816',
  stageTile: '#1C2220',
  stageControl: '#262D2A',
  stageControlHover: '#323A36',
  stageLine: '#2B322F',
  stageText: '#EEF2F0',
  stageText2: '#A9B3AE',
  stageSpeaking: '#4ED0B2',
  stageActive: '#14302A',
  stageActiveText: '#7FE0C8',
  stageOff: '#FF8370',
  stageLeave: '#CF4335',
  stageLeaveHover: '#B8392C',
  stageWarn: '#E9B44C',
  stageRecBg: 'rgba(207, 67, 53, 0.2)',
  stageRecText: '#FFB3A6',
  stageRecDot: '#FF6A55',
  stageLobbyBg: '#FFF6DE',
  stageLobbyText: '#2B2209',
  stagePlate: 'rgba(11, 14, 13, 0.72)',
};

/** Code on the stage, in the colours of the night. Also `--stageCodeKeyword` and so on. */
const stageCode = Object.fromEntries(
  Object.entries(dark).flatMap(([name, value]) =>
    name.startsWith('code') ? [[`stageCode${name.slice('code'.length)}`, value]] : [],
  ),
);

/** Toasts are dark in both themes. */
export const toast = {
  toastBg: '#1F2624',
  toastText: '#EEF2F0',
  toastAct: '#7FE0C8',
  toastDanger: '#FF9D8D',
};

/** Solid grounds of people, groups, files and apps; white on each reaches 4.9:1. Also `--cinnabar` and so on. */
const hueNames = {
  cinnabar: '#B5473A',
  persimmon: '#A85C17',
  earth: '#85660F',
  bamboo: '#55752A',
  jade: '#1F7868',
  azurite: '#2F6CAE',
  iris: '#5A5FB8',
  plum: '#94508F',
};

/** The order is part of the hash. */
export const hues = Object.values(hueNames);

export const fontStack =
  '-apple-system, "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", Inter, Roboto, "PingFang SC", ' +
  '"HarmonyOS Sans SC", MiSans, "Microsoft YaHei UI", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif, ' +
  '"Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"';

export const codeStack =
  '"SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';

const shape = {
  font: fontStack,
  fontCode: codeStack,
  radiusTag: '4px',
  radiusSmall: '6px',
  radius: '8px',
  radiusRow: '10px',
  radiusCard: '12px',
  radiusPanel: '14px',
  radiusDialog: '20px',
  fast: '120ms',
  base: '180ms',
  slow: '240ms',
  tiles: '320ms',
  easeIn: 'cubic-bezier(0.2, 0.8, 0.2, 1)',
  easeOut: 'cubic-bezier(0.4, 0, 1, 1)',
  layerHeader: '10',
  layerPanel: '20',
  layerPopup: '30',
  layerDialog: '40',
  layerToast: '50',
  layerCall: '60',
  layerBanner: '70',
};

const rule = (selector: string, values: Record<string, string>) =>
  `${selector}{${Object.entries(values)
    .map(([name, value]) => `--${name}:${value};`)
    .join('')}}`;

/** All tokens as one style sheet; `<html data-theme>` chooses the palette. */
export function cssVariables(): string {
  return [
    rule(':root', { ...shape, ...stage, ...stageCode, ...toast, ...hueNames, ...light }),
    rule(':root[data-theme="dark"]', dark),
    ':root{color-scheme:light}:root[data-theme="dark"]{color-scheme:dark}',
    '@media (prefers-contrast: more){:root{--borderStrong:#868F8B}:root[data-theme="dark"]{--borderStrong:#7C8681}}',
  ].join('\n');
}
