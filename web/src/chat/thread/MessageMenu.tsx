/** Everything that can be done to a message: the same menu on hover, right-click and long press. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import {
  Bookmark,
  CalendarCheck,
  Copy,
  Download,
  Forward,
  HardDriveDownload,
  History,
  Languages,
  Link as LinkIcon,
  ListChecks,
  MessageSquareReply,
  Pencil,
  Pin,
  PinOff,
  Reply,
  Siren,
  Sticker,
  Trash2,
  Undo2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { FileCard, Message } from '@/api';
import { contentUrl } from '@/drive';
import { useCopy, useErrorWords, useToast } from '@/ui';
import { chatSettingsQuery, translate } from '../api';
import { quickEmoji } from '../composer/emoji';
import { FloatingMenu, type MenuItem } from '../FloatingMenu';
import { keepForLater, laterKey, letGo } from '../later/api';
import { useNameOf } from '../names';
import { useSession } from '../session';
import { collect, pictureOf, stickersKey } from '../stickers/api';
import { lineOf } from '../words';
import { keepTaken } from './again';
import { type Place, useOpen } from './context';
import { isChangeable, isRecallable } from './lines';
import styles from './MessageMenu.module.css';
import { setTranslation } from './translations';

type Props = {
  message: Message;
  at: Place;
  onEdit: (message: Message) => void;
  onSelect: (message: Message) => void;
  onHistory: (message: Message) => void;
  onSave: (files: FileCard[]) => void;
  onClose: () => void;
};

/** Acts that the menu begins and that say what came of them. */
function useMessageActs() {
  const { t, i18n } = useTranslation(['chat', 'ui']);
  const { modal } = App.useApp();
  const client = useQueryClient();
  const { store } = useSession();
  const { conversation } = useOpen();
  const nameOf = useNameOf();
  const toast = useToast();
  const words = useErrorWords();
  const copyText = useCopy();
  const copy = async (text: string) => {
    if (await copyText(text)) toast({ words: t('ui:copied') });
  };
  return {
    copy: (message: Message) => {
      const text = message.kind === 'text' ? message.text : lineOf(t, message, nameOf);
      void copy(text);
    },
    copyLink: (message: Message) => {
      const link = `${window.location.origin}/chat/${conversation.id}?at=${message.seq}`;
      void copy(link);
    },
    keep: async (message: Message) => {
      const again = () => client.invalidateQueries({ queryKey: laterKey });
      try {
        await keepForLater(message.id);
        await again();
        toast({
          words: t('chat:later.kept'),
          act: { label: t('ui:undo'), run: () => void letGo(message.id).then(again) },
        });
      } catch (error) {
        toast({ tone: 'failed', words: words(error) });
      }
    },
    translate: async (message: Message) => {
      const of = message.text;
      setTranslation(message.id, { state: 'asking', text: '', of });
      try {
        const text = await translate(message.id, i18n.language);
        setTranslation(message.id, { state: 'shown', text, of });
      } catch (error) {
        setTranslation(message.id, null);
        toast({ tone: 'failed', words: words(error) });
      }
    },
    collect: async (picture: FileCard) => {
      try {
        await collect(picture.id);
        await client.invalidateQueries({ queryKey: stickersKey });
        toast({ words: t('chat:stickers.added') });
      } catch (error) {
        toast({ tone: 'failed', words: words(error) });
      }
    },
    hide: async (message: Message) => {
      if (!(await store.hide(message))) return;
      toast({
        words: t('chat:message.hidden'),
        act: { label: t('ui:undo'), run: () => void store.restore(message) },
      });
    },
    recall: (message: Message) =>
      void modal.confirm({
        title: t('chat:recall.title'),
        content: t('chat:recall.detail'),
        okText: t('chat:menu.recall'),
        okButtonProps: { danger: true },
        cancelText: t('ui:cancel'),
        autoFocusButton: 'cancel',
        icon: null,
        onOk: () => {
          if (message.sender_id === store.me) keepTaken(message, Date.now());
          void store.recall(message);
        },
      }),
  };
}

/** What of a message can be taken along. */
function filesOf(message: Message): FileCard[] {
  const files =
    message.kind === 'files'
      ? (message.data?.files ?? [])
      : message.kind === 'voice' && message.data
        ? [message.data.file]
        : message.kind === 'sticker' && message.data
          ? [message.data.sticker]
          : [];
  return files.filter(({ scan }) => scan !== 'infected');
}

function takeFile({ id, name }: FileCard): void {
  const link = document.createElement('a');
  link.href = contentUrl(id, { download: true });
  link.download = name;
  link.click();
}

export function MessageMenu({ message, at, onEdit, onSelect, onHistory, onSave, onClose }: Props) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { conversation, me, acts } = useOpen();
  const does = useMessageActs();
  const mayTranslate = useQuery(chatSettingsQuery).data?.can_translate ?? false;
  const { mine, rules } = conversation;
  const isAdmin = mine.role !== 'member';
  const mayPin = rules.pin === 'everyone' || isAdmin;
  const now = Date.now();
  const pinned = message.pinned_at !== null;
  const files = filesOf(message);
  const picture = pictureOf(message);
  const isInThread = message.thread_root !== null;
  const item = (key: string, icon: MenuItemIcon, run: () => void, danger = false): MenuItem => ({
    key,
    icon,
    label: t(`menu.${key}`),
    danger,
    run,
  });
  const items: (MenuItem | false)[] = [
    item('reply', Reply, () => acts.reply(message)),
    item('thread', MessageSquareReply, () =>
      acts.openThread(isInThread ? (message.thread_root ?? 0) : message.seq),
    ),
    item('forward', Forward, () => acts.forward([message], false)),
    item('copy', Copy, () => does.copy(message)),
    item('copyLink', LinkIcon, () => does.copyLink(message)),
    mayTranslate &&
      message.kind === 'text' &&
      message.text !== '' &&
      item('translate', Languages, () => void does.translate(message)),
    files.length > 0 && item('download', Download, () => files.forEach(takeFile)),
    files.length > 0 && item('save', HardDriveDownload, () => onSave(files)),
    picture !== null && item('sticker', Sticker, () => void does.collect(picture)),
    { key: 'line', divider: true },
    mayPin && item(pinned ? 'unpin' : 'pin', pinned ? PinOff : Pin, () => void store.pin(message, !pinned)),
    item('later', Bookmark, () => void does.keep(message)),
    item('todo', CalendarCheck, () => acts.todo(message)),
    message.sender_id === me &&
      message.kind !== 'system' &&
      !message.urgent &&
      item('urgent', Siren, () => acts.urgent({ message })),
    item('select', ListChecks, () => onSelect(message)),
    message.edited_at !== null && item('history', History, () => onHistory(message)),
    { key: 'line2', divider: true },
    isChangeable(message, me, now) &&
      item(message.kind === 'files' ? 'editCaption' : 'edit', Pencil, () => onEdit(message)),
    isRecallable(message, me, isAdmin, now) && item('recall', Undo2, () => does.recall(message), true),
    item('hide', Trash2, () => void does.hide(message), true),
  ];
  const head = (
    <div className={styles.quick} role="toolbar" aria-label={t('menu.react')}>
      {quickEmoji.map((emoji) => {
        const mine_ = message.reactions.some((one) => one.emoji === emoji && one.member_ids.includes(me));
        return (
          <button
            key={emoji}
            type="button"
            aria-pressed={mine_}
            aria-label={t('menu.reactWith', { emoji })}
            onClick={() => {
              onClose();
              void store.react(message, emoji, !mine_);
            }}
          >
            {emoji}
          </button>
        );
      })}
    </div>
  );
  return (
    <FloatingMenu
      title={t('menu.name')}
      at={at}
      head={head}
      items={items.filter((one) => one !== false)}
      onClose={onClose}
    />
  );
}

type MenuItemIcon = Extract<MenuItem, { icon: unknown }>['icon'];
