/** The meeting's chat: runs of one person, clickable links, and a field at the bottom. */
import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime } from '@/lib';
import { Avatar } from '@/ui';
import { type Block, blocksOf, piecesOf } from '../chat';
import { CHAT_CHARS_MAX } from '../limits';
import type { Happening, Line } from '../state';
import styles from './ChatPanel.module.css';
import { useCall, useCallState } from './context';
import { PanelHead } from './SidePanel';

/** Closer to the end than this, new messages scroll into view. */
const NEAR_END_PX = 80;

export function ChatPanel() {
  const { t } = useTranslation('meetings');
  const chat = useCallState((state) => state.chat);
  const end = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for every new message
  useLayoutEffect(() => {
    if (near.current && end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [chat]);
  return (
    <>
      <PanelHead title={t('call.chat.title')} />
      <div
        ref={end}
        className={styles.thread}
        role="log"
        aria-live="polite"
        aria-label={t('call.chat.title')}
        onScroll={({ currentTarget: at }) => {
          near.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_END_PX;
        }}
      >
        <p className={styles.note}>{t('call.chat.note')}</p>
        {blocksOf(chat).map((block) => (
          <BlockView key={block.id} block={block} />
        ))}
      </div>
      <Composer />
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  if (block.kind === 'happening') return <HappeningLine entry={block.entry} />;
  return <Run block={block} />;
}

function HappeningLine({ entry }: { entry: Happening }) {
  const { t } = useTranslation('meetings');
  const names = entry.names.slice(0, 3).join(t('call.chat.comma'));
  const more = entry.names.length - 3;
  return (
    <p className={styles.happening}>
      {t(`call.chat.${entry.happening}${more > 0 ? 'Many' : ''}`, { names, count: entry.names.length })}
    </p>
  );
}

function Run({ block }: { block: Extract<Block, { kind: 'run' }> }) {
  const { i18n } = useTranslation('meetings');
  const src = useCallState((state) => state.people[block.identity]?.avatarUrl ?? null);
  return (
    <article className={styles.run}>
      <Avatar id={block.identity} name={block.name} src={src} size={28} />
      <div className={styles.lines}>
        <header>
          <b>{block.name}</b>
          <time dateTime={new Date(block.at).toISOString()}>{clockTime(block.at, i18n.language)}</time>
        </header>
        {block.lines.map((line) => (
          <LineView key={line.id} line={line} />
        ))}
      </div>
    </article>
  );
}

function LineView({ line }: { line: Line }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  return (
    <>
      <p className={styles.text}>
        {piecesOf(line.text).map((piece, index) =>
          piece.href ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one message never move
            <a key={index} href={piece.href} target="_blank" rel="noreferrer noopener">
              {piece.text}
            </a>
          ) : (
            piece.text
          ),
        )}
      </p>
      {line.state === 'failed' ? (
        <button type="button" className={styles.failed} onClick={() => void call.resendChat(line.id)}>
          {t('call.chat.failed')}
        </button>
      ) : null}
    </>
  );
}

function Composer() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    if (text.trim() === '') return;
    void call.sendChat(text);
    setText('');
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <div className={styles.composer}>
      <textarea
        ref={field}
        rows={Math.min(5, text.split('\n').length)}
        value={text}
        maxLength={CHAT_CHARS_MAX}
        placeholder={t('call.chat.placeholder')}
        aria-label={t('call.chat.placeholder')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
      />
      <button
        type="button"
        aria-label={t('call.chat.send')}
        data-ready={text.trim() !== '' || undefined}
        onClick={send}
      >
        <SendHorizontal size={18} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </div>
  );
}
