/** What can be done to a conversation in the list: pin, mute, mark as unread or read, leave. */
import { App } from 'antd';
import {
  ArrowDown,
  ArrowUp,
  BellOff,
  BellRing,
  CircleDot,
  LogOut,
  MailOpen,
  Pin,
  PinOff,
  Share2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Mine } from '@/api';
import { useErrorWords, useToast } from '@/ui';
import { removeMember } from '../api';
import { FloatingMenu, type MenuItem } from '../FloatingMenu';
import { useChat, useSession } from '../session';
import { shared } from '../sharing/shared';
import { pinnedIn } from './pins';
import { isUnread, titleOf } from './rows';
import { useMovePin } from './usePinDrag';

export type RowMenuPlace = { id: string; x: number; y: number };

/** Leaving is felt by the others: it is asked first. */
export function useLeave(): (id: string, title: string) => void {
  const { t } = useTranslation(['chat', 'ui']);
  const { modal } = App.useApp();
  const { store } = useSession();
  const toast = useToast();
  const words = useErrorWords();
  const leave = async (id: string) => {
    try {
      await removeMember(id, store.me);
      store.hear({ type: 'chat.gone', conversation_id: id });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  return (id, title) => {
    modal.confirm({
      title: t('chat:leave.title', { title }),
      content: t('chat:leave.detail'),
      okText: t('chat:leave.act'),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: () => leave(id),
    });
  };
}

export function RowMenu({ place, onClose }: { place: RowMenuPlace | null; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const toast = useToast();
  const leave = useLeave();
  const move = useMovePin();
  const all = useChat((state) => state.conversations);
  const conversation = place ? all[place.id] : undefined;
  if (!place || !conversation) return null;
  const { id, mine } = conversation;
  const turn = async (wish: Partial<Mine>, back: Partial<Mine>, said: string) => {
    if (await store.setMine(id, wish))
      toast({ words: said, act: { label: t('ui:undo'), run: () => void store.setMine(id, back) } });
  };
  const unread = isUnread(conversation);
  const position = { pinned: mine.pinned, pin_position: mine.pin_position };
  const items: MenuItem[] = [
    {
      key: 'pin',
      icon: mine.pinned ? PinOff : Pin,
      label: t(mine.pinned ? 'chat:list.unpin' : 'chat:list.pin'),
      run: () =>
        void turn(
          { pinned: !mine.pinned },
          position,
          t(mine.pinned ? 'chat:list.unpinned' : 'chat:list.isPinned'),
        ),
    },
    {
      key: 'mute',
      icon: mine.muted ? BellRing : BellOff,
      label: t(mine.muted ? 'chat:list.unmute' : 'chat:list.mute'),
      run: () =>
        void turn(
          { muted: !mine.muted },
          { muted: mine.muted },
          t(mine.muted ? 'chat:list.isUnmuted' : 'chat:list.isMuted'),
        ),
    },
    unread
      ? {
          key: 'read',
          icon: MailOpen,
          label: t('chat:list.markRead'),
          run: () => {
            store.read(id, conversation.last_seq);
            toast({
              words: t('chat:list.isRead'),
              act: { label: t('ui:undo'), run: () => void store.setMine(id, { marked_unread: true }) },
            });
          },
        }
      : {
          key: 'unread',
          icon: CircleDot,
          label: t('chat:list.markUnread'),
          run: () => void store.setMine(id, { marked_unread: true }),
        },
  ];
  if (mine.pinned) {
    const pins = pinnedIn(Object.values(all));
    const at = pins.findIndex((one) => one.id === id);
    const step = (key: 'pinUp' | 'pinDown', icon: typeof ArrowUp, to: number): MenuItem[] =>
      pins[to] ? [{ key, icon, label: t(`chat:list.${key}`), run: () => move(id, to) }] : [];
    items.splice(1, 0, ...step('pinUp', ArrowUp, at - 1), ...step('pinDown', ArrowDown, at + 1));
  }
  if (conversation.kind === 'group')
    items.push({
      key: 'share',
      icon: Share2,
      label: t('chat:share.group'),
      run: () => shared.dispatch({ kind: 'chat.conversation', id, title: titleOf(conversation) }),
    });
  if (conversation.kind === 'group' && mine.role !== 'owner') {
    items.push(
      { key: 'line', divider: true },
      {
        key: 'leave',
        icon: LogOut,
        label: t('chat:leave.act'),
        danger: true,
        run: () => leave(id, titleOf(conversation)),
      },
    );
  }
  return <FloatingMenu title={titleOf(conversation)} at={place} items={items} onClose={onClose} />;
}
