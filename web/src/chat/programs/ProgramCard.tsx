/** A card of a program: text, facts, pictures, links, buttons and a choice; the same for robots and bots. */
import { Button, Select } from 'antd';
import { ExternalLink, Image as ImageIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardBlock, CardButton, CardData, Message } from '@/api';
import { useActs } from '@/app';
import { useErrorWords, useToast } from '@/ui';
import { Markdown } from '../markdown/Markdown';
import styles from './ProgramCard.module.css';

type CardMessage = Extract<Message, { kind: 'card' }>;

export function ProgramCard({ message }: { message: CardMessage }) {
  const press = usePress(message);
  if (!message.data) return null;
  return <CardBody card={message.data} {...press} />;
}

type Pressing = {
  /** The act that is on its way. */
  busy: string | null;
  onPress?: (key: string, action: string, value?: string | null) => void;
};

/** Tells the program, once at a time; its answer may be words or another card. */
function usePress(message: CardMessage): Pressing {
  const { pressButton } = useActs();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState<string | null>(null);
  // The program has answered by changing its card.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another card ends the waiting
  useEffect(() => setBusy(null), [message.change]);
  const press = async (key: string, action: string, value?: string | null) => {
    setBusy(key);
    try {
      const said = await pressButton(message.id, action, value ?? undefined);
      if (said) toast({ words: said });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    setBusy(null);
  };
  return { busy, onPress: (...pressed) => void press(...pressed) };
}

export function CardBody({ card, busy, onPress }: { card: CardData } & Pressing) {
  return (
    <div className={styles.card} data-color={card.header?.color}>
      {card.header ? <h3 className={styles.header}>{card.header.title}</h3> : null}
      {card.blocks.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place
        <Block key={at} block={block} at={at} busy={busy} onPress={onPress} />
      ))}
    </div>
  );
}

function Block({ block, at, busy, onPress }: { block: CardBlock; at: number } & Pressing) {
  switch (block.type) {
    case 'text':
      return <Markdown text={block.markdown} />;
    case 'note':
      return (
        <div className={styles.note}>
          <Markdown text={block.markdown} />
        </div>
      );
    case 'divider':
      return <hr className={styles.line} />;
    case 'fields':
      return (
        <dl className={styles.fields}>
          {block.items.map(({ name, value, short, url }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fact is its place
            <div key={place} data-long={short ? undefined : true}>
              <dt>{name}</dt>
              <dd>{url ? <Out url={url} words={value} /> : <Markdown text={value} />}</dd>
            </div>
          ))}
        </dl>
      );
    case 'image':
      return <Picture block={block} />;
    case 'links':
      return (
        <ul className={styles.links}>
          {block.items.map(({ title, url, description }) => (
            <li key={`${url} ${title}`}>
              <a href={safe(url)} target="_blank" rel="noopener noreferrer">
                <b>{title}</b>
                {description ? <span>{description}</span> : null}
              </a>
            </li>
          ))}
        </ul>
      );
    case 'buttons':
      return (
        <div className={styles.buttons} data-stacked={block.stacked || undefined}>
          {block.items.map((button, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a button is its place
            <CardAct key={place} id={`${at} ${place}`} button={button} busy={busy} onPress={onPress} />
          ))}
        </div>
      );
    case 'select':
      return <Choice block={block} at={at} busy={busy} onPress={onPress} />;
    default:
      // A newer office may know blocks that this client does not.
      return null;
  }
}

/** Addresses that lead out of the office; a program may write anything. */
export const safe = (url: string): string | undefined => (/^https?:\/\//i.test(url) ? url : undefined);

function Out({ url, words }: { url: string; words: string }) {
  return (
    <a href={safe(url)} target="_blank" rel="noopener noreferrer">
      {words}
    </a>
  );
}

type ImageBlock = Extract<CardBlock, { type: 'image' }>;

/** Pictures elsewhere are not fetched: whoever looks at a card should not be seen doing so. */
function Picture({ block: { file_id, url, alt, title } }: { block: ImageBlock }) {
  const { t } = useTranslation('chat');
  const words = title || alt || t('program.picture');
  if (file_id) {
    return (
      <img
        className={styles.picture}
        src={`/api/drive/files/${file_id}/thumbnail?size=large`}
        alt={alt || words}
        loading="lazy"
      />
    );
  }
  if (!url || !safe(url)) return null;
  return (
    <a className={styles.tile} href={safe(url)} target="_blank" rel="noopener noreferrer">
      <ImageIcon size={18} strokeWidth={1.75} aria-hidden="true" />
      <span>{words}</span>
      <small>{new URL(url).host}</small>
      <ExternalLink size={14} strokeWidth={1.75} aria-hidden="true" />
    </a>
  );
}

type ActProps = { id: string; button: CardButton } & Pressing;

function CardAct({ id, button: { text, style, url, action, value }, busy, onPress }: ActProps) {
  const link = url ? safe(url) : undefined;
  const look = {
    className: styles.button,
    'data-look': style === 'primary' ? 'soft' : undefined,
    danger: style === 'danger',
  };
  if (!action && link) {
    return (
      <Button {...look} href={link} target="_blank" rel="noopener noreferrer">
        {text}
      </Button>
    );
  }
  return (
    <Button
      {...look}
      loading={busy === id}
      disabled={!onPress || !action || (busy !== null && busy !== id)}
      onClick={() => action && onPress?.(id, action, value)}
    >
      {text}
    </Button>
  );
}

type SelectBlock = Extract<CardBlock, { type: 'select' }>;

function Choice({ block, at, busy, onPress }: { block: SelectBlock; at: number } & Pressing) {
  const { t } = useTranslation('chat');
  const placeholder = block.placeholder || t('program.choose');
  const key = `${at} select`;
  return (
    <Select
      className={styles.choice}
      aria-label={placeholder}
      placeholder={placeholder}
      loading={busy === key}
      disabled={!onPress || busy !== null}
      options={block.options.map(({ text, value }) => ({ value, label: text }))}
      onChange={(value: string) => onPress?.(key, block.action, value)}
    />
  );
}
