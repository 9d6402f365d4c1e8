/** What goes with the words of a message that has not arrived yet. */
import { UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { uploads } from '@/drive';
import { Markdown } from '../markdown/Markdown';
import { StickerBody } from '../stickers/StickerPicture';
import type { Pending } from '../sync/outbox';
import { FilesBody } from './FilesBody';
import { PlaceCard } from './PlaceCard';
import type { Shape } from './shape';
import { addressOf, isSeen, shownEnclosure } from './shown';
import { VoicePlayer } from './VoiceBody';

/** How the bubble of a waiting message is drawn: as it will be once it has arrived. */
export function pendingShape({ enclosed }: Pending): Shape {
  if (!enclosed || enclosed.kind === 'voice') return 'words';
  if (enclosed.kind === 'files') return enclosed.files.map(shownEnclosure).some(isSeen) ? 'pictures' : 'card';
  return enclosed.kind === 'sticker' ? 'bare' : 'card';
}

export function EnclosedBody({ pending }: { pending: Pending }) {
  const { t } = useTranslation('chat');
  const { enclosed, text } = pending;
  switch (enclosed?.kind) {
    case 'files':
      return (
        <>
          <FilesBody files={enclosed.files.map(shownEnclosure)} />
          {text ? (
            <div data-caption>
              <Markdown text={text} />
            </div>
          ) : null}
        </>
      );
    case 'voice': {
      const file = uploads.fileOf(enclosed.files[0].upload);
      return (
        <VoicePlayer
          src={file ? addressOf(file) : ''}
          lengthMs={enclosed.duration_ms}
          bars={enclosed.waveform}
        />
      );
    }
    case 'location':
      return <PlaceCard place={enclosed.place} />;
    case 'contact':
      return (
        <>
          <UserRound size={16} strokeWidth={1.75} aria-hidden="true" />{' '}
          {t('line.contact', { text: enclosed.name })}
        </>
      );
    case 'sticker':
      return <StickerBody file={enclosed.file} />;
    default:
      return <Markdown text={pending.poll?.question ?? text} />;
  }
}
