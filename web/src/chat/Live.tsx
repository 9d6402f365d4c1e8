/** Mounted while somebody is signed in: hears the socket, counts the unread, says what is new. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { type Conversation, events, type Message, subjectKey } from '@/api';
import { isSharing, notify, useEvent } from '@/lib';
import { useQuiet, useTitleCount } from '@/notify';
import { useErrorWords, useToast } from '@/ui';
import { setUnread } from './badge';
import { titleOf } from './list/rows';
import { useNameOf } from './names';
import { useChat, useSession } from './session';
import { ShareSheet } from './sharing/ShareSheet';
import { unreadOf } from './sync/state';
import { UrgentCards } from './urgent/UrgentCards';
import { lineOf } from './words';

export default function Live() {
  const { t } = useTranslation(['chat', 'notify']);
  const router = useRouter();
  const client = useQueryClient();
  const { store, people } = useSession();
  const toast = useToast();
  const words = useErrorWords();
  const nameOf = useNameOf();
  const isQuiet = useQuiet();
  const unread = useChat((state) => unreadOf(Object.values(state.conversations)));
  useTitleCount('chat', unread);
  useEffect(() => setUnread(unread), [unread]);
  useEffect(() => () => setUnread(0), []);

  useEffect(() => {
    void store.start();
    void people.warm();
    const again = () => void store.start();
    window.addEventListener('online', again);
    const stop = events.on((event) => {
      store.hear(event);
      people.hear(event);
      if (event.type === 'meetings.changed')
        void client.invalidateQueries({ queryKey: [...subjectKey, 'meetings.meeting', event.meeting_id] });
    });
    return () => {
      window.removeEventListener('online', again);
      stop();
    };
  }, [store, people, client]);

  const refused = useEvent((error: unknown) => toast({ tone: 'failed', words: words(error) }));
  useEffect(() => store.onRefusal(refused), [store, refused]);

  const said = useEvent((message: Message, conversation: Conversation) => {
    if (message.kind === 'system' || message.kind === 'call' || isQuiet()) return;
    // Whoever is called by name gets a notice of it.
    if (message.mentions.includes(store.me)) return;
    const { level, muted } = conversation.mine;
    if (level === 'none' || (muted && !message.mentions_all)) return;
    const path = `/chat/${conversation.id}`;
    const seen = document.visibilityState === 'visible';
    const here = router.state.location.pathname;
    // Whoever looks at the list sees it there.
    if (seen && (here === path || (here.startsWith('/chat') && !message.mentions_all))) return;
    const name = message.program?.name ?? nameOf(message.sender_id);
    const line = lineOf(t, message, nameOf);
    const title = conversation.kind === 'direct' ? name : titleOf(conversation);
    const text = conversation.kind === 'direct' ? line : t('chat:list.said', { name, text: line });
    const go = () => router.history.push(`${path}?at=${message.seq}`);
    if (seen) {
      const words = t('chat:toast', { title, text: text.slice(0, 60) });
      void isSharing().then((sharing) => {
        if (!sharing) toast({ words, waits: true, act: { label: t('notify:look'), run: go } });
      });
    } else notify(title, { body: text, tag: `chat:${conversation.id}`, onOpen: go });
  });
  useEffect(() => store.onNew(said), [store, said]);
  return (
    <>
      <UrgentCards />
      <ShareSheet />
    </>
  );
}
