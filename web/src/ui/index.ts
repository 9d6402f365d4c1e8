/** Parts of the house that know no capability. */

export { Avatar, AvatarStack, hueOf, OrganisationAvatar } from './Avatar';
export { antdButton } from './buttons';
export { CopyField } from './CopyField';
export { Code } from './code/Code';
export { CodeBlock } from './code/CodeBlock';
export { useCopy } from './copying';
export { DropOverlay } from './DropOverlay';
export { type Drawing, EmptyState } from './EmptyState';
export { Failure, useErrorWords } from './Failure';
export { Field, type FieldProps } from './Field';
export { FloatingCard, FloatingCardAct, FloatingCardActs } from './FloatingCard';
export { FloatingMenu, type MenuItem } from './FloatingMenu';
export { IconButton } from './IconButton';
export { Lane } from './Lane';
export { Mark } from './Mark';
export { HeaderActs, PageHeader } from './PageHeader';
export { PasswordStrength, passwordLengthMin, passwordStrength } from './PasswordStrength';
export { PresenceDot, type PresenceKind } from './PresenceDot';
export { QrCode } from './QrCode';
export { Setting, SettingGroup, Settings } from './Setting';
export { Sheet } from './Sheet';
export { SkeletonRows } from './Skeleton';
export { SoftButton } from './SoftButton';
export { Count, Tag, type Tone } from './Tag';
export { type Toast, ToastProvider, useToast } from './Toasts';
export { antdTheme } from './theme';
export { cssVariables } from './tokens';
