/** Opens emoji and stickers: above the button, on phones from below. */
import { Drawer, Popover } from 'antd';
import { Smile } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sticker } from '@/api';
import { useNarrow } from '@/lib';
import { IconButton } from '@/ui';
import { Picker } from './Picker';

type Props = {
  conversation: string;
  onEmoji: (emoji: string) => void;
  onSticker: (sticker: Sticker) => void;
};

export function PickerButton({ conversation, onEmoji, onSticker }: Props) {
  const { t } = useTranslation('chat');
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const picker = (
    <Picker
      conversation={conversation}
      onEmoji={(emoji) => {
        setOpen(false);
        onEmoji(emoji);
      }}
      onSticker={(sticker) => {
        setOpen(false);
        onSticker(sticker);
      }}
    />
  );
  if (narrow)
    return (
      <>
        <IconButton
          icon={Smile}
          label={t('emoji.title')}
          aria-expanded={open}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        />
        <Drawer
          open={open}
          onClose={() => setOpen(false)}
          placement="bottom"
          size="auto"
          title={t('stickers.which')}
          destroyOnHidden
          className="sheet"
        >
          {picker}
        </Drawer>
      </>
    );
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="topLeft"
      arrow={false}
      destroyOnHidden
      styles={{ container: { padding: 8 } }}
      content={picker}
    >
      <IconButton icon={Smile} label={t('emoji.title')} aria-expanded={open} />
    </Popover>
  );
}
