/** Draws a parsed text; every piece becomes an element of its own, and nothing of it is markup. */
import { memo, type ReactNode, useMemo } from 'react';
import { CodeBlock } from '@/ui';
import styles from './Markdown.module.css';
import { type Block, type Inline, parse } from './parse';

const inline = (parts: readonly Inline[]): ReactNode[] =>
  parts.map((part, at) => piece(part, `${at}${part.kind}`));

function piece(part: Inline, key: string): ReactNode {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'break':
      return <br key={key} />;
    case 'code':
      return (
        <code key={key} className={styles.code}>
          {part.text}
        </code>
      );
    case 'mention':
      return (
        <span key={key} className={styles.mention}>
          {part.text}
        </span>
      );
    case 'bold':
      return <strong key={key}>{inline(part.children)}</strong>;
    case 'italic':
      return <em key={key}>{inline(part.children)}</em>;
    case 'strike':
      return <s key={key}>{inline(part.children)}</s>;
    case 'link':
      return (
        <a key={key} href={part.href} target="_blank" rel="noreferrer noopener">
          {inline(part.children)}
        </a>
      );
  }
}

function block(one: Block, at: number): ReactNode {
  const key = `${at}${one.kind}`;
  switch (one.kind) {
    case 'paragraph':
      return <p key={key}>{inline(one.children)}</p>;
    case 'code':
      return <CodeBlock key={key} text={one.text} language={one.language} />;
    case 'quote':
      return <blockquote key={key}>{one.children.map(block)}</blockquote>;
    case 'list': {
      const List = one.ordered ? 'ol' : 'ul';
      return (
        <List key={key} start={one.ordered ? one.start : undefined}>
          {one.items.map((item, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the items of one text never move
            <li key={place}>{inline(item)}</li>
          ))}
        </List>
      );
    }
  }
}

const noNames: readonly string[] = [];

export const Markdown = memo(function Markdown({
  text,
  names = noNames,
}: {
  text: string;
  names?: readonly string[];
}) {
  const spelled = names.join('\n');
  const blocks = useMemo(() => parse(text, spelled.split('\n')), [text, spelled]);
  return <div className={styles.text}>{blocks.map(block)}</div>;
});
