/** Binds the keys of the call while it is shown. */
import { useEffect, useRef } from 'react';
import { letterKeysOn, useEvent } from '@/lib';
import { type Act, actOf, isTyping } from '../shortcuts';
import { useCall } from './context';

export interface PageActs {
  react(): void;
  leave(): void;
  keys(): void;
  fullscreen(): void;
}

export function useShortcuts(page: PageActs): void {
  const call = useCall();
  const run = useEvent((act: Act) => {
    const state = call.state();
    switch (act) {
      case 'microphone':
        return void call.toggleMicrophone();
      case 'camera':
        return void call.toggleCamera();
      case 'share':
        return void call.toggleShare();
      case 'hand':
        return void call.toggleHand();
      case 'chat':
      case 'people':
        return call.togglePanel(act);
      case 'layout':
        return call.setLayout(state.layout === 'grid' ? 'speaker' : 'grid');
      case 'close':
        return call.setPanel(null);
      case 'react':
      case 'leave':
      case 'keys':
      case 'fullscreen':
        return page[act]();
    }
  });
  const tabbing = useRef(false);
  const down = useEvent((event: KeyboardEvent) => {
    if (event.key === 'Tab') tabbing.current = true;
    if (event.defaultPrevented) return;
    const typing = isTyping(event.target);
    if (event.code === 'Space' && !typing && !(tabbing.current && onButton(event.target))) {
      event.preventDefault();
      if (!event.repeat) call.holdToTalk(true);
      return;
    }
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    const act = event.repeat ? null : actOf({ key: event.key, modified, typing });
    if (!act || (act !== 'close' && !letterKeysOn())) return;
    // An open menu or dialog closes itself first.
    if (act === 'close' && document.querySelector('.ant-dropdown-open, .ant-modal-wrap, [role=alertdialog]'))
      return;
    event.preventDefault();
    run(act);
  });
  const up = useEvent((event: KeyboardEvent) => {
    if (event.code === 'Space') call.holdToTalk(false);
  });
  useEffect(() => {
    const released = () => call.holdToTalk(false);
    const pointed = () => {
      tabbing.current = false;
    };
    window.addEventListener('pointerdown', pointed, true);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', released);
    return () => {
      window.removeEventListener('pointerdown', pointed, true);
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', released);
    };
  }, [call, down, up]);
}

/** The space bar presses a button that was reached by the Tab key; one that was clicked leaves it to talking. */
function onButton(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('button:focus-visible, a:focus-visible, [role=menuitem], [role=switch]')
  );
}
