/** One panel at a time beside the stage (a sheet on phones). It follows the house's theme, takes the focus and gives it back. */
import { X } from 'lucide-react';
import { memo, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/ui';
import type { Panel } from '../state';
import { ChatPanel } from './ChatPanel';
import { useCall, useCallState } from './context';
import { HostPanel } from './HostPanel';
import { InvitePanel } from './InvitePanel';
import { PeoplePanel } from './PeoplePanel';
import styles from './SidePanel.module.css';
import { StatisticsPanel } from './StatisticsPanel';

const bodies: Record<Panel, () => ReactNode> = {
  chat: () => <ChatPanel />,
  people: () => <PeoplePanel />,
  invite: () => <InvitePanel />,
  host: () => <HostPanel />,
  statistics: () => <StatisticsPanel />,
};

export const SidePanel = memo(function SidePanel({ phone }: { phone: boolean }) {
  const panel = useCallState((state) => state.panel);
  const shown = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(null);
  // Before the panel's own field takes the focus, which happens after layout.
  useLayoutEffect(() => {
    if (panel) before.current ??= document.activeElement;
  }, [panel]);
  useEffect(() => {
    if (panel) {
      if (!shown.current?.contains(document.activeElement)) shown.current?.focus({ preventScroll: true });
      return;
    }
    const from = before.current;
    before.current = null;
    if (from instanceof HTMLElement) from.focus({ preventScroll: true });
  }, [panel]);
  if (!panel) return null;
  return (
    <aside
      ref={shown}
      className={styles.panel}
      tabIndex={-1}
      data-phone={phone || undefined}
      key={panel}
      data-panel={panel}
    >
      {bodies[panel]()}
    </aside>
  );
});

type HeadProps = { title: string; count?: number; acts?: ReactNode };

export function PanelHead({ title, count, acts }: HeadProps) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  return (
    <header className={styles.head}>
      <h2>
        {title}
        {count === undefined ? null : <span className={styles.count}>{count}</span>}
      </h2>
      {acts}
      <IconButton icon={X} label={t('call.closePanel')} keys="Esc" onClick={() => call.setPanel(null)} />
    </header>
  );
}
