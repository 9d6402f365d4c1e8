/** The emoji to react with, beside the message; on phones from below. */
import { Drawer, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { useNarrow } from '@/lib';
import { EmojiGrid } from '../composer/EmojiGrid';
import { useSession } from '../session';
import { type Place, useOpen } from './context';

type Props = { message: Message; at: Place; onClose: () => void };

export function ReactionPicker({ message, at, onClose }: Props) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { me } = useOpen();
  const narrow = useNarrow();
  const pick = (emoji: string) => {
    onClose();
    const mine = message.reactions.some((one) => one.emoji === emoji && one.member_ids.includes(me));
    void store.react(message, emoji, !mine);
  };
  if (narrow) {
    return (
      <Drawer open onClose={onClose} placement="bottom" size="auto" title={t('menu.react')} className="sheet">
        <EmojiGrid onPick={pick} />
      </Drawer>
    );
  }
  return (
    <Popover
      open
      onOpenChange={(wanted) => {
        if (!wanted) onClose();
      }}
      trigger="click"
      placement="bottom"
      arrow={false}
      styles={{ container: { padding: 8 } }}
      content={<EmojiGrid onPick={pick} />}
    >
      <span style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} />
    </Popover>
  );
}
