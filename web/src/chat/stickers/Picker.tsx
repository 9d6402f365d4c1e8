/** Emoji to write with, and stickers to answer with. */
import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sticker } from '@/api';
import { recall, remember } from '@/lib';
import { EmojiGrid } from '../composer/EmojiGrid';
import { StickerGrid } from './StickerGrid';
import styles from './Stickers.module.css';

const tabKey = 'chat-picker';
const tabs = ['emoji', 'stickers'] as const;
type Tab = (typeof tabs)[number];

type Props = {
  conversation: string;
  onEmoji: (emoji: string) => void;
  onSticker: (sticker: Sticker) => void;
};

export function Picker({ conversation, onEmoji, onSticker }: Props) {
  const { t } = useTranslation('chat');
  const [tab, setTab] = useState<Tab>(() => (recall(tabKey) === 'stickers' ? 'stickers' : 'emoji'));
  return (
    <div className={styles.picker}>
      <Segmented<Tab>
        block
        value={tab}
        aria-label={t('stickers.which')}
        options={tabs.map((value) => ({ value, label: t(`${value}.title`) }))}
        onChange={(next) => {
          remember(tabKey, next);
          setTab(next);
        }}
      />
      {tab === 'emoji' ? (
        <EmojiGrid onPick={onEmoji} />
      ) : (
        <StickerGrid conversation={conversation} onPick={onSticker} />
      )}
    </div>
  );
}
