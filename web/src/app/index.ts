/** What screens may use of the shell. */
export { useActs } from './acts';
export { type AdminEntry, adminPages, mayAdminister, memberPages } from './admin';
export { type BesideTab, besideTabs } from './beside';
export type {
  Acts,
  AdminPage,
  Beside,
  Callee,
  Capability,
  Command,
  Hit,
  NavEntry,
  Screen,
  SlashCommand,
  Whisper,
} from './capability';
export { changeLanguage, type Language, languageNames, languages, useLanguage } from './i18n';
export { type MeetingOverlay, meetingOverlays } from './inMeeting';
export { noticeIcon } from './notices';
export { LanguagePicker, ThemePicker, useSignOut } from './shell/ProfileMenu';
export { SettingsSections } from './shell/SettingsSections';
export { StatusDialog, usePatchMe } from './shell/StatusDialog';
export { type ThemeChoice, useTheme } from './theme';
