/** Beside the messages: who is here, what is pinned, how it is set; a thread; or a search. */
import { Drawer } from 'antd';
import { Search, X } from 'lucide-react';
import { type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '@/api';
import { besideTabs } from '@/app';
import { useMedia, useNarrow } from '@/lib';
import { Count, IconButton } from '@/ui';
import { useWaiting } from '../link/Requests';
import { useOpen } from '../thread/context';
import { MembersTab } from './MembersTab';
import { PinsTab } from './PinsTab';
import { SearchPanel } from './SearchPanel';
import { SettingsTab } from './SettingsTab';
import styles from './SidePanel.module.css';
import { ThreadPanel } from './ThreadPanel';

export type Side = 'info' | 'search' | { thread: number } | null;

/** Beside the messages where there is room, over them as a drawer elsewhere. */
export function SidePanel({ side, onSide }: { side: Side; onSide: (side: Side) => void }) {
  const { t } = useTranslation('chat');
  const narrow = useNarrow();
  const wide = useMedia('(min-width: 1280px)');
  const onClose = () => onSide(null);
  const content =
    side === 'info' ? (
      <InfoPanel onClose={onClose} onSearch={() => onSide('search')} />
    ) : side === 'search' ? (
      <SearchPanel onClose={onClose} />
    ) : side ? (
      <ThreadPanel key={side.thread} root={side.thread} onClose={onClose} />
    ) : null;
  if (wide) {
    return content ? (
      <aside className={styles.panel} aria-label={t('panel.name')}>
        {content}
      </aside>
    ) : null;
  }
  return (
    <Drawer
      open={side !== null}
      onClose={onClose}
      size={narrow ? '100%' : 360}
      closable={false}
      mask={!narrow}
      destroyOnHidden
      aria-label={t('panel.name')}
      styles={{ body: { padding: 0, display: 'flex', flexDirection: 'column' } }}
    >
      {content}
    </Drawer>
  );
}

type HeadProps = { title: ReactNode; onClose: () => void };

export function PanelHead({ title, onClose }: HeadProps) {
  const { t } = useTranslation('ui');
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{title}</h2>
      <IconButton icon={X} label={t('close')} onClick={onClose} />
    </header>
  );
}

type Tab = { name: string; label: string; draw: () => ReactNode };

/** What is beside a conversation; groups have tabs of other capabilities as well. */
function tabsOf({ id, kind, mine, rules }: Conversation): Tab[] {
  const isGroup = kind !== 'direct';
  const mayManage = mine.role !== 'member' || (kind === 'group' && rules.add_members === 'everyone');
  const own: Tab[] = [
    { name: 'members', label: 'chat:panel.members', draw: () => <MembersTab /> },
    { name: 'pins', label: 'chat:panel.pins', draw: () => <PinsTab /> },
    { name: 'settings', label: 'chat:panel.settings', draw: () => <SettingsTab /> },
  ];
  const brought = besideTabs().map(
    ({ id: name, label, Tab }): Tab => ({
      name,
      label,
      draw: () => (
        <Suspense fallback={null}>
          <Tab conversation={id} isGroup={isGroup} mayManage={mayManage} />
        </Suspense>
      ),
    }),
  );
  return isGroup ? [...own, ...brought] : own.slice(1);
}

function InfoPanel({ onClose, onSearch }: { onClose: () => void; onSearch: () => void }) {
  const narrow = useNarrow();
  const { t } = useTranslation();
  const { conversation } = useOpen();
  const tabs = tabsOf(conversation);
  const [wanted, setWanted] = useState('members');
  const tab = tabs.find(({ name }) => name === wanted) ?? tabs[0];
  const waiting = useWaiting(conversation.id);
  if (!tab) return null;
  return (
    <>
      <header className={styles.head}>
        <div className={styles.tabs} role="tablist" aria-label={t('chat:panel.name')}>
          {tabs.map(({ name, label }, place) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`chat-tab-${name}`}
              aria-selected={name === tab.name}
              aria-controls="chat-panel"
              tabIndex={name === tab.name ? 0 : -1}
              className={styles.tab}
              onClick={() => setWanted(name)}
              onKeyDown={(event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                const next = step && tabs[(place + step + tabs.length) % tabs.length];
                if (!next) return;
                setWanted(next.name);
                document.getElementById(`chat-tab-${next.name}`)?.focus();
              }}
            >
              {t(label)}
              {name === 'members' ? <span className={styles.count}>{conversation.member_count}</span> : null}
              {name === 'members' && waiting > 0 ? <Count value={waiting} /> : null}
            </button>
          ))}
        </div>
        {narrow ? <IconButton icon={Search} label={t('chat:search.title')} onClick={onSearch} /> : null}
        <IconButton icon={X} label={t('ui:close')} onClick={onClose} />
      </header>
      <div id="chat-panel" className={styles.body} role="tabpanel" aria-labelledby={`chat-tab-${tab.name}`}>
        {tab.draw()}
      </div>
    </>
  );
}
