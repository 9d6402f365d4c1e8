/** Beside the messages: who is here, what is pinned, how it is set; a thread; or a search. */
import { Drawer } from 'antd';
import { Search, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '@/api';
import { useMedia, useNarrow } from '@/lib';
import { IconButton } from '@/ui';
import { useOpen } from '../thread/context';
import { FilesTab } from './FilesTab';
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

type Tab = 'members' | 'files' | 'pins' | 'settings';

const tabsOf = ({ kind }: Conversation): Tab[] =>
  kind === 'direct' ? ['files', 'pins', 'settings'] : ['members', 'files', 'pins', 'settings'];

function InfoPanel({ onClose, onSearch }: { onClose: () => void; onSearch: () => void }) {
  const narrow = useNarrow();
  const { t } = useTranslation(['chat', 'ui']);
  const { conversation } = useOpen();
  const tabs = tabsOf(conversation);
  const [wanted, setWanted] = useState<Tab>('members');
  const tab = tabs.includes(wanted) ? wanted : (tabs[0] ?? 'pins');
  return (
    <>
      <header className={styles.head}>
        <div className={styles.tabs} role="tablist" aria-label={t('chat:panel.name')}>
          {tabs.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`chat-tab-${name}`}
              aria-selected={name === tab}
              aria-controls="chat-panel"
              tabIndex={name === tab ? 0 : -1}
              className={styles.tab}
              onClick={() => setWanted(name)}
              onKeyDown={(event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                const next = step && tabs[(tabs.indexOf(name) + step + tabs.length) % tabs.length];
                if (!next) return;
                setWanted(next);
                document.getElementById(`chat-tab-${next}`)?.focus();
              }}
            >
              {t(`chat:panel.${name}`)}
              {name === 'members' ? <span className={styles.count}>{conversation.member_count}</span> : null}
            </button>
          ))}
        </div>
        {narrow ? <IconButton icon={Search} label={t('chat:search.title')} onClick={onSearch} /> : null}
        <IconButton icon={X} label={t('ui:close')} onClick={onClose} />
      </header>
      <div id="chat-panel" className={styles.body} role="tabpanel" aria-labelledby={`chat-tab-${tab}`}>
        <TabContent tab={tab} />
      </div>
    </>
  );
}

function TabContent({ tab }: { tab: Tab }) {
  switch (tab) {
    case 'members':
      return <MembersTab />;
    case 'files':
      return <FilesTab />;
    case 'pins':
      return <PinsTab />;
    case 'settings':
      return <SettingsTab />;
  }
}
