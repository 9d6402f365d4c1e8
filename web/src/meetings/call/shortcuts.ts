/**
 * Which key does what during a call. Single letters act only when no field has the focus.
 */

export type Act =
  | 'microphone'
  | 'camera'
  | 'share'
  | 'hand'
  | 'react'
  | 'chat'
  | 'people'
  | 'layout'
  | 'fullscreen'
  | 'leave'
  | 'keys'
  | 'close';

export const KEYS: readonly { readonly key: string; readonly act: Act | 'talk' }[] = [
  { key: 'M', act: 'microphone' },
  { key: 'V', act: 'camera' },
  { key: 'Space', act: 'talk' },
  { key: 'S', act: 'share' },
  { key: 'H', act: 'hand' },
  { key: 'R', act: 'react' },
  { key: 'C', act: 'chat' },
  { key: 'P', act: 'people' },
  { key: 'L', act: 'layout' },
  { key: 'F', act: 'fullscreen' },
  { key: 'Q', act: 'leave' },
  { key: '?', act: 'keys' },
  { key: 'Esc', act: 'close' },
];

export interface KeyPress {
  readonly key: string;
  readonly modified: boolean;
  readonly typing: boolean;
}

export function actOf(press: KeyPress): Act | null {
  if (press.modified) return null;
  if (press.key === 'Escape') return 'close';
  if (press.typing) return null;
  const found = KEYS.find((one) => one.key.toLowerCase() === press.key.toLowerCase());
  return found && found.act !== 'talk' ? found.act : null;
}

/** Whether a key pressed here is text for somebody: a field, or a widget that uses the space bar. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select, [role=textbox]');
}
