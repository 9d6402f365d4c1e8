/** One conversation: its face, its name and time, one line and one mark. */
import { BellOff, Pin } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '@/api';
import { stamp, useEvent, useLongPress, useNow } from '@/lib';
import { Count } from '@/ui';
import { ConversationFace } from '../ConversationFace';
import { plainText } from '../markdown/parse';
import { useName, useNames } from '../names';
import { useChat, useSession } from '../session';
import { lineOf, whenOf } from '../words';
import styles from './ConversationRow.module.css';
import { markOf, titleOf } from './rows';
import type { PinDrag } from './usePinDrag';

type Props = {
  conversation: Conversation;
  isOpen: boolean;
  tabbable: boolean;
  onFocus: () => void;
  onOpen: () => void;
  onMenu: (x: number, y: number) => void;
  /** Pinned ones can be dragged into another order. */
  drag?: PinDrag;
};

export const ConversationRow = memo(
  Row,
  (one, other) =>
    one.conversation === other.conversation &&
    one.isOpen === other.isOpen &&
    one.tabbable === other.tabbable &&
    one.drag?.['data-over'] === other.drag?.['data-over'] &&
    (one.drag === undefined) === (other.drag === undefined),
);

function Row({ conversation, isOpen, tabbable, onFocus, onOpen, onMenu, drag }: Props) {
  const { t, i18n } = useTranslation('chat');
  const now = useNow(60_000);
  const { mine } = conversation;
  const mark = markOf(conversation, isOpen);
  const at = conversation.last_message?.sent_at ?? conversation.created_at;
  const menu = useEvent(onMenu);
  const hold = useLongPress(menu);
  const title = titleOf(conversation);
  return (
    <li className={styles.row} data-open={isOpen || undefined} {...drag}>
      <button
        type="button"
        data-row
        className={styles.open}
        tabIndex={tabbable ? 0 : -1}
        aria-current={isOpen ? 'page' : undefined}
        onFocus={onFocus}
        onClick={() => onOpen()}
        onContextMenu={(event) => {
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          // The menu key has no place of its own.
          if (event.button === 2) menu(event.clientX, event.clientY);
          else menu(box.left + 48, box.top + 40);
        }}
        {...hold}
      >
        <ConversationFace conversation={conversation} />
        <span className={styles.words}>
          <span className={styles.head}>
            <span className={styles.title}>{title}</span>
            {mine.muted ? (
              <BellOff className={styles.muted} size={14} strokeWidth={1.75} aria-hidden="true" />
            ) : null}
            {mine.muted ? <span className="visually-hidden">{t('list.muted')}</span> : null}
            <time
              className={styles.time}
              dateTime={new Date(at).toISOString()}
              title={stamp(at, i18n.language)}
            >
              {whenOf(t, at, now, i18n.language)}
            </time>
          </span>
          <span className={styles.foot}>
            <span className={styles.line}>
              <LastLine conversation={conversation} mark={mark} />
            </span>
            <Marked conversation={conversation} mark={mark} />
          </span>
        </span>
      </button>
    </li>
  );
}

type MarkProps = { conversation: Conversation; mark: ReturnType<typeof markOf> };

function LastLine({ conversation, mark }: MarkProps) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { last_message: last, mine, kind, id } = conversation;
  const writing = useChat((state) => state.typing[id]?.[0]?.member ?? null);
  const writer = useName(writing, id);
  const system = last?.kind === 'system' && last.data ? [last.data.actor_id, ...last.data.member_ids] : [];
  const nameOf = useNames([last?.sender_id ?? null, last?.recalled_by ?? null, ...system], id);
  if (writing) return kind === 'direct' ? t('typing.one') : t('typing.named', { name: writer });
  if (mark === 'draft') {
    return (
      <>
        <b className={styles.alert}>{t('list.draft')}</b> {plainText(mine.draft)}
      </>
    );
  }
  if (!last) return conversation.announcement || t('list.quiet');
  const said = lineOf(t, last, nameOf);
  const isNamed = kind !== 'direct' && last.kind !== 'system' && last.recalled_at === null;
  const own = last.sender_id === store.me;
  return (
    <>
      {mark === 'mention' ? <b className={styles.alert}>{t('list.mentions')} </b> : null}
      {isNamed
        ? t('list.said', {
            name: own ? t('you') : (last.program?.name ?? nameOf(last.sender_id)),
            text: said,
          })
        : said}
    </>
  );
}

function Marked({ conversation: { mine }, mark }: MarkProps) {
  const { t } = useTranslation('chat');
  const count = Math.max(mine.unread, mine.marked_unread ? 1 : 0);
  if (mark === 'pin')
    return <Pin className={styles.pin} size={14} strokeWidth={1.75} aria-label={t('list.pinned')} />;
  if (count === 0) return null;
  return (
    <span className={styles.count} data-muted={mine.muted && mark !== 'mention' ? true : undefined}>
      {mine.unread > 0 ? (
        <>
          <Count value={count} />
          <span className="visually-hidden">{t('list.unreadCount', { count })}</span>
        </>
      ) : (
        <span className={styles.dot}>
          <span className="visually-hidden">{t('list.markedUnread')}</span>
        </span>
      )}
    </span>
  );
}
