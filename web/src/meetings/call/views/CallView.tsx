/** The meeting as it is seen: bar, stage, panel, controls. Everything it shows comes from the call's state. */
import { memo, useEffect, useMemo, useState } from 'react';
import { useMedia } from '@/lib';
import type { Call } from '../call';
import { Announcer } from './Announcer';
import { Banner } from './Banner';
import styles from './CallView.module.css';
import { ControlBar } from './ControlBar';
import { CallContext, type Surroundings, SurroundingsContext, useCallState } from './context';
import { useFullScreen } from './hooks';
import { KeysSheet } from './KeysSheet';
import { Lane } from './Lane';
import type { LeaveAsk } from './LeaveMenu';
import { useMiniWindow } from './MiniWindow';
import { SidePanel } from './SidePanel';
import { Sounds } from './Sounds';
import { Stage } from './Stage';
import { TopBar } from './TopBar';
import { useShortcuts } from './useShortcuts';

const PHONE = '(max-width: 639.98px), (max-height: 479.98px) and (max-width: 959.98px)';
const LANDSCAPE = '(max-height: 479.98px) and (orientation: landscape)';
const BARS_SHOWN_MS = 4000;

export function CallView({ call, surroundings }: { call: Call; surroundings: Surroundings }) {
  return (
    <CallContext value={call}>
      <SurroundingsContext value={surroundings}>
        <Shown />
      </SurroundingsContext>
    </CallContext>
  );
}

/** Apart from the page around it: what changes there draws nothing here again. */
const Shown = memo(function Shown() {
  const phone = useMedia(PHONE);
  const [reacting, setReacting] = useState(false);
  const [leaving, setLeaving] = useState<LeaveAsk>('closed');
  const [keys, setKeys] = useState(false);
  const { mini, toggle: toggleMiniWindow } = useMiniWindow();
  const screen = useFullScreen();
  const title = useCallState((state) => state.meeting.title);
  const bars = useBars();
  useToastsAboveBar();
  useShortcuts({
    react: () => setReacting(true),
    leave: () => setLeaving('open'),
    keys: () => setKeys(true),
    fullscreen: screen.toggle,
  });
  const openings = useMemo(() => ({ reacting, setReacting, leaving, setLeaving }), [reacting, leaving]);
  const more = useMemo(
    () => ({ phone, showKeys: () => setKeys(true), toggleMiniWindow }),
    [phone, toggleMiniWindow],
  );
  return (
    <div
      className={styles.call}
      data-phone={phone || undefined}
      data-bars={bars.shown || undefined}
      onPointerDown={bars.show}
    >
      <TopBar phone={phone} />
      <main className={styles.middle} aria-label={title}>
        <Stage />
        <SidePanel phone={phone} />
      </main>
      {phone ? (
        <div className={styles.phoneLane}>
          <Lane />
        </div>
      ) : null}
      <ControlBar phone={phone} canShare={canShare()} openings={openings} more={more} />
      <Banner />
      <Sounds />
      <Announcer />
      <KeysSheet open={keys} onClose={() => setKeys(false)} />
      {mini}
    </div>
  );
});

/** What the control bar takes at the bottom, and a little air. */
const TOAST_BOTTOM = '96px';

/** Toasts never cover the control bar. */
function useToastsAboveBar(): void {
  useEffect(() => {
    const { style } = document.documentElement;
    style.setProperty('--toastBottom', TOAST_BOTTOM);
    return () => void style.removeProperty('--toastBottom');
  }, []);
}

const canShare = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === 'function';

/** On a phone held sideways the bars leave after a while; a tap brings them back. */
function useBars(): { shown: boolean; show: () => void } {
  const sideways = useMedia(LANDSCAPE);
  const [since, setSince] = useState(0);
  const [hidden, setHidden] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every tap starts the time again
  useEffect(() => {
    setHidden(false);
    if (!sideways) return;
    const timer = setTimeout(() => setHidden(true), BARS_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [sideways, since]);
  return { shown: !hidden, show: () => setSince((count) => count + 1) };
}
