/** One message: others at the left with face and name, one’s own at the right; tools, reactions, who has read. */
import { Checkbox } from 'antd';
import { CornerDownRight, Ellipsis, Forward, Pin, Reply, SmilePlus } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { clockTime, stamp, useEvent, useLongPress, useNarrow } from '@/lib';
import { IconButton } from '@/ui';
import { CallCard } from '../cards/CallCard';
import { MergedCard } from '../cards/MergedCard';
import { PollCard } from '../cards/PollCard';
import { SubjectCard } from '../cards/SubjectCard';
import { FilesMessageBody } from '../enclosed/FilesBody';
import { PersonCard } from '../enclosed/PersonCard';
import { PlaceCard } from '../enclosed/PlaceCard';
import { shapeOf } from '../enclosed/shape';
import { VoiceBody } from '../enclosed/VoiceBody';
import { Markdown } from '../markdown/Markdown';
import { useMentionNames, useNameOf } from '../names';
import { ProgramCard } from '../programs/ProgramCard';
import { ProgramTag, SpeakerFace, useSpeaker } from '../programs/Speaker';
import { StickerBody } from '../stickers/StickerPicture';
import { lineOf } from '../words';
import { Below } from './Below';
import { useOpen } from './context';
import styles from './MessageLine.module.css';
import { QuoteBox } from './QuoteBox';
import { Reactions } from './Reactions';
import { ReadMark } from './ReadMark';

type Props = {
  message: Message;
  own: boolean;
  head: boolean;
  tail: boolean;
  /** How many have not read it; null while nobody knows. */
  unread: number | null;
  total: number;
  isCounted: boolean;
  tabbable: boolean;
};

export const MessageLine = memo(function MessageLine(props: Props) {
  const { message, own, head, tail, tabbable } = props;
  const { t, i18n } = useTranslation('chat');
  const { acts, chosen } = useOpen();
  const name = useSpeaker(message);
  const nameOf = useNameOf();
  const narrow = useNarrow();
  const open = useEvent((x: number, y: number) => acts.openMenu(message, { x, y }));
  const hold = useLongPress(open);
  const key = own ? `own ${message.client_id}` : message.id;
  const [near, setNear] = useState(false);
  const shape = shapeOf(message);
  const ticked = chosen?.has(message.id) ?? false;
  const menu = (event: MouseEvent<HTMLElement>) => {
    if (chosen || (event.target as HTMLElement).closest('a[href]:not([download])')) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    if (event.button === 2) open(event.clientX, event.clientY);
    else open(box.left + 24, box.top + 24);
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      if (chosen) acts.toggle(message);
      else open(box.left + 24, box.top + 24);
    } else if (event.key === 'r') acts.reply(message);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it shows tools that the menu has as well
    <div
      className={styles.line}
      data-key={key}
      data-seq={message.seq}
      data-own={own || undefined}
      data-head={head || undefined}
      data-tail={tail || undefined}
      data-chosen={ticked || undefined}
      onPointerEnter={(event) => setNear(event.pointerType === 'mouse')}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={() => setNear(false)}
    >
      {chosen ? (
        <Checkbox
          className={styles.tick}
          checked={ticked}
          aria-label={t('select.tick', { name })}
          onChange={() => acts.toggle(message)}
        />
      ) : null}
      {own ? null : (
        <span className={styles.face}>{head ? <SpeakerFace message={message} size={36} /> : null}</span>
      )}
      <div className={styles.column}>
        {head && !own ? (
          <div className={styles.head}>
            <span className={styles.name}>{name}</span>
            <ProgramTag message={message} />
            <time
              dateTime={new Date(message.sent_at).toISOString()}
              title={stamp(message.sent_at, i18n.language)}
            >
              {clockTime(message.sent_at, i18n.language)}
            </time>
          </div>
        ) : null}
        {/* biome-ignore lint/a11y/useSemanticElements: an article of a log, reached by arrows */}
        <div
          className={styles.bubble}
          role="article"
          data-message
          data-card={shape === 'card' || undefined}
          data-pictures={shape === 'pictures' || undefined}
          data-bare={shape === 'bare' || undefined}
          data-choosing={chosen !== null || undefined}
          tabIndex={tabbable ? 0 : -1}
          aria-label={t('message.label', {
            name: message.program?.name ?? nameOf(message.sender_id),
            time: clockTime(message.sent_at, i18n.language),
            text: lineOf(t, message, nameOf),
          })}
          onContextMenu={menu}
          onKeyDown={press}
          onClick={chosen ? () => acts.toggle(message) : undefined}
          {...(chosen ? {} : hold)}
        >
          {message.reply_to ? <QuoteBox quote={message.reply_to} /> : null}
          <Content message={message} />
          <Below message={message} />
          {narrow || chosen || !near ? null : (
            <Tools message={message} side={shape === 'card' ? 'inside' : own ? 'start' : 'end'} />
          )}
        </div>
        <Reactions message={message} />
        {message.thread_replies > 0 ? (
          <button type="button" className={styles.replies} onClick={() => acts.openThread(message.seq)}>
            <CornerDownRight size={14} strokeWidth={1.75} aria-hidden="true" />
            {t('message.replies', { count: message.thread_replies })}
          </button>
        ) : null}
        {own ? <ReadMark {...props} /> : null}
      </div>
    </div>
  );
});

function Content({ message }: { message: Message }) {
  const { conversation } = useOpen();
  const names = useMentionNames(message.mentions, conversation);
  const { thread_root: root } = message;
  switch (message.kind) {
    case 'poll':
      return <PollCard message={message} />;
    case 'call':
      return <CallCard message={message} />;
    case 'merged':
      return <MergedCard message={message} />;
    case 'card':
      return <ProgramCard message={message} />;
    case 'files':
      return (
        <>
          {root === null ? null : <InThread root={root} />}
          <FilesMessageBody message={message} />
          <Notes message={message} />
        </>
      );
    case 'voice':
      return message.data ? <VoiceBody voice={message.data} /> : null;
    case 'location':
      return message.data ? <PlaceCard place={message.data} /> : null;
    case 'contact':
      return message.data ? <PersonCard contact={message.data} /> : null;
    case 'sticker':
      return message.data ? <StickerBody file={message.data.sticker} /> : null;
    case 'subject':
      return message.data ? <SubjectCard subject={message.data} /> : null;
    case 'system':
    case 'text':
      return (
        <>
          {root === null ? null : <InThread root={root} />}
          <Markdown
            text={message.text}
            names={message.mentions.length > 0 || message.mentions_all ? names : undefined}
          />
          <Notes message={message} />
        </>
      );
  }
}

/** Leads to the thread it belongs to. */
function InThread({ root }: { root: number }) {
  const { t } = useTranslation('chat');
  const { acts } = useOpen();
  return (
    <button type="button" className={styles.thread} data-caption onClick={() => acts.openThread(root)}>
      {t('message.inThread')}
    </button>
  );
}

/** What befell it since it was sent. */
function Notes({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  if (message.edited_at === null && message.pinned_at === null) return null;
  return (
    <span className={styles.notes} data-caption>
      {message.pinned_at === null ? null : (
        <span className={styles.note}>
          <Pin size={12} strokeWidth={2} aria-hidden="true" />
          {t('message.pinned')}
        </span>
      )}
      {message.edited_at === null ? null : <span className={styles.note}>{t('message.edited')}</span>}
    </span>
  );
}

const placeOf = (event: MouseEvent<HTMLElement>) => {
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  return { x: left, y: bottom + 4 };
};

/** Float at the upper corner of a bubble while it is pointed at or has the focus. */
function Tools({ message, side }: { message: Message; side: 'start' | 'end' | 'inside' }) {
  const { t } = useTranslation('chat');
  const { acts } = useOpen();
  return (
    <span className={styles.tools} role="toolbar" data-side={side} aria-label={t('message.tools')}>
      <IconButton
        icon={SmilePlus}
        size={16}
        label={t('menu.react')}
        tabIndex={-1}
        onClick={(event) => acts.pickReaction(message, placeOf(event))}
      />
      <IconButton
        icon={Reply}
        size={16}
        label={t('menu.reply')}
        tabIndex={-1}
        onClick={() => acts.reply(message)}
      />
      <IconButton
        icon={Forward}
        size={16}
        label={t('menu.forward')}
        tabIndex={-1}
        onClick={() => acts.forward([message], false)}
      />
      <IconButton
        icon={Ellipsis}
        size={16}
        label={t('menu.more')}
        tabIndex={-1}
        aria-haspopup="menu"
        onClick={(event) => acts.openMenu(message, placeOf(event))}
      />
    </span>
  );
}
