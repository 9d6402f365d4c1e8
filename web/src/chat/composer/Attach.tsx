/** The buttons that add something else than words: files, a voice, a place, a colleague. */
import { Dropdown } from 'antd';
import { CirclePlus, Contact, ListChecks, type LucideIcon, MapPin, Mic, Paperclip } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow } from '@/lib';
import { IconButton } from '@/ui';
import styles from './Composer.module.css';
import { ContactSheet } from './ContactSheet';
import type { useHold } from './hold';
import { PlaceSheet } from './PlaceSheet';
import { canRecord } from './recorder';

type Props = {
  root: number | undefined;
  onFiles: (files: File[]) => void;
  onVoice: () => void;
  /** What the microphone does while it is held. */
  hold: ReturnType<typeof useHold>;
  /** Not within threads. */
  onPoll?: () => void;
};

export function Attach({ root, onFiles, onVoice, hold, onPoll }: Props) {
  const { t } = useTranslation('chat');
  const narrow = useNarrow();
  const field = useRef<HTMLInputElement>(null);
  const [sheet, setSheet] = useState<'place' | 'contact' | null>(null);
  const choose = () => field.current?.click();
  const item = (key: string, Icon: LucideIcon, label: string, onClick: () => void) => ({
    key,
    label,
    icon: <Icon size={16} strokeWidth={1.75} aria-hidden="true" />,
    onClick,
  });
  const items = [
    ...(narrow ? [item('files', Paperclip, t('attach.files'), choose)] : []),
    ...(narrow && onPoll ? [item('poll', ListChecks, t('poll.new'), onPoll)] : []),
    item('place', MapPin, t('location.send'), () => setSheet('place')),
    item('contact', Contact, t('contact.send'), () => setSheet('contact')),
  ];
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={t('attach.files')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {narrow ? null : <IconButton icon={Paperclip} label={t('attach.files')} onClick={choose} />}
      {canRecord() ? (
        <IconButton
          className={`${styles.extra} ${styles.held}`}
          icon={Mic}
          label={t('voice.record')}
          onClick={() => hold.isClick() && onVoice()}
          {...hold.button}
        />
      ) : null}
      <Dropdown trigger={['click']} placement="topLeft" menu={{ items, 'aria-label': t('attach.more') }}>
        <IconButton
          className={styles.extra}
          icon={CirclePlus}
          label={t('attach.more')}
          aria-haspopup="menu"
        />
      </Dropdown>
      <PlaceSheet open={sheet === 'place'} root={root} onClose={() => setSheet(null)} />
      <ContactSheet open={sheet === 'contact'} root={root} onClose={() => setSheet(null)} />
    </>
  );
}
