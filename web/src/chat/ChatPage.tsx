/** Messages: the list of conversations and the one that is open; on phones one of the two. */
import { useParams } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvent, useKeys, useNarrow } from '@/lib';
import { EmptyState } from '@/ui';
import styles from './ChatPage.module.css';
import { useGo } from './going';
import { LaterSheet } from './later/LaterSheet';
import { ConversationList } from './list/ConversationList';
import { NewSheet } from './list/NewSheet';
import { isUnread, titleOf } from './list/rows';
import { laterEvent, newEvent, takeOpening, urgentEvent } from './opening';
import { useChat, useSession } from './session';
import { inOrder } from './sync/state';
import { Conversation } from './thread/Conversation';
import { UrgentBoxes } from './urgent/UrgentBoxes';

/** Alt and the arrows go through the conversations; with Shift, through those with something unread. */
function useConversationKeys(open: string | null): void {
  const { store } = useSession();
  const go = useGo();
  const press = useEvent((event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const all = inOrder(Object.values(store.state().conversations));
    const fits = all.filter((one) => one.id === open || !event.shiftKey || isUnread(one));
    const at = fits.findIndex((one) => one.id === open);
    const next = fits[at < 0 ? 0 : at + step];
    if (next && next.id !== open) go(next.id);
  });
  useEffect(() => {
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [press]);
}

/** Whoever has left a conversation, or was taken out of it, does not stay before an empty page. */
function useGone(shown: string | null, id: string | null): void {
  const go = useGo();
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (id && id === last.current && shown === null) go(null, { replace: true });
    last.current = shown;
  }, [shown, id, go]);
}

/** Whether a sheet is open that commands from elsewhere may ask for. */
function useAskedFor(name: string) {
  const [open, setOpen] = useState(() => takeOpening(name));
  useEffect(() => {
    const show = () => {
      takeOpening(name);
      setOpen(true);
    };
    window.addEventListener(name, show);
    return () => window.removeEventListener(name, show);
  }, [name]);
  return [open, setOpen] as const;
}

export default function ChatPage() {
  const { t } = useTranslation(['chat', 'app']);
  const narrow = useNarrow();
  const { conversation: id = null } = useParams({ strict: false }) as { conversation?: string };
  const [isNew, setNew] = useAskedFor(newEvent);
  const [isLater, setLater] = useAskedFor(laterEvent);
  const [isUrgent, setUrgent] = useAskedFor(urgentEvent);
  const open = useChat((state) => (id ? state.conversations[id] : undefined));
  useConversationKeys(id);
  useGone(open?.id ?? null, id);
  useKeys({ n: () => setNew(true) });
  useEffect(() => {
    document.title = `${open ? titleOf(open) : t('chat:nav')} · ${t('app:product')}`;
  }, [t, open]);
  return (
    <div className={styles.page}>
      {narrow && id ? null : (
        <ConversationList
          open={id}
          onNew={() => setNew(true)}
          onLater={() => setLater(true)}
          onUrgent={() => setUrgent(true)}
        />
      )}
      {open ? <Conversation key={open.id} conversation={open} /> : narrow && !id ? null : <Nothing id={id} />}
      <NewSheet open={isNew} onClose={() => setNew(false)} />
      <UrgentBoxes open={isUrgent} onClose={() => setUrgent(false)} />
      <LaterSheet open={isLater} onClose={() => setLater(false)} />
    </div>
  );
}

/** No conversation is open, or there is none to be seen under this address. */
function Nothing({ id }: { id: string | null }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const go = useGo();
  const narrow = useNarrow();
  const isReady = useChat((state) => state.phase === 'ready');
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!id || !isReady) return;
    // It may be one that was made a moment ago.
    void store.refresh(id).finally(() => setAsked(true));
    return () => setAsked(false);
  }, [id, isReady, store]);
  if (!id) {
    return (
      <div className={styles.nothing}>
        <EmptyState drawing="pigeons" title={t('chat:none.title')} hint={t('chat:none.hint')} />
      </div>
    );
  }
  if (!asked) return <div className={styles.nothing} data-whole />;
  return (
    <div className={styles.nothing} data-whole>
      <EmptyState
        drawing="moon"
        title={t('ui:error.nothing')}
        act={
          narrow ? (
            <button type="button" className={styles.back} onClick={() => go(null)}>
              {t('ui:back')}
            </button>
          ) : undefined
        }
      />
    </div>
  );
}
