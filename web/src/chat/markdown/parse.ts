/**
 * The marks people know from Markdown, as a tree of plain values. Nothing of a text is ever markup for the
 * browser: views make elements of these values, and a link leads to the web or to a mailbox or is no link.
 */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'mention'; text: string }
  | { kind: 'break' }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'quote'; children: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };

/** Marks within marks deeper than this are read as text. */
const depthMax = 6;

const fence = /^\s{0,3}```\s*([\w+#.-]*)\s*$/;
const quoted = /^\s{0,3}> ?/;
const heading = /^\s{0,3}#{1,6} +(?=\S)/;
const bullet = /^\s{0,3}[-*+] +(?=\S)/;
const numbered = /^\s{0,3}(\d{1,6})[.)、] *(?=\S)/;

/** `names` are those whose `@name` is a mention. */
export function parse(text: string, names: readonly string[] = []): Block[] {
  return blocksOf(text.replace(/\r\n?/g, '\n').split('\n'), new Reader(names), 0);
}

function blocksOf(lines: readonly string[], reader: Reader, depth: number): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  const line = () => lines[at] ?? '';
  const take = (fits: RegExp): string[] => {
    const from = at;
    while (at < lines.length && fits.test(line())) at += 1;
    return lines.slice(from, at).map((one) => one.replace(fits, ''));
  };
  while (at < lines.length) {
    const opened = fence.exec(line());
    const number = numbered.exec(line())?.[1];
    if (line().trim() === '') at += 1;
    else if (opened) {
      const from = at + 1;
      const closed = lines.findIndex((one, index) => index >= from && /^\s{0,3}```\s*$/.test(one));
      const to = closed < 0 ? lines.length : closed;
      blocks.push({ kind: 'code', language: opened[1] ?? '', text: lines.slice(from, to).join('\n') });
      at = to + 1;
    } else if (quoted.test(line()) && depth < depthMax) {
      blocks.push({ kind: 'quote', children: blocksOf(take(quoted), reader, depth + 1) });
    } else if (heading.test(line())) {
      // A message is no document: its headings stand out and do not grow.
      blocks.push({
        kind: 'paragraph',
        children: [{ kind: 'bold', children: reader.read(line().replace(heading, '')) }],
      });
      at += 1;
    } else if (bullet.test(line())) {
      const items = take(bullet).map((one) => reader.read(one));
      blocks.push({ kind: 'list', ordered: false, start: 1, items });
    } else if (number !== undefined) {
      const items = take(numbered).map((one) => reader.read(one));
      blocks.push({ kind: 'list', ordered: true, start: Number(number), items });
    } else {
      const from = at;
      at += 1;
      while (at < lines.length && !startsBlock(line())) at += 1;
      blocks.push({ kind: 'paragraph', children: reader.readLines(lines.slice(from, at)) });
    }
  }
  return blocks;
}

const startsBlock = (line: string): boolean =>
  line.trim() === '' || [fence, quoted, heading, bullet, numbered].some((begin) => begin.test(line));

/** A full stop or a bracket after an address is not part of it. */
const address = /(?:https?:\/\/|mailto:)[^\s<>"'`，。；：！？、（）【】「」『』]+/iuy;
const trailing = /[.,;:!?)\]}*_~]+$/u;
const escaped = /\\[\\`*_~[\]()>#+\-.!@]/y;
const code = /(`+)(?!`)([^\n]*?[^`\n])\1(?!`)/y;
const link = /\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)/y;
const word = /[\p{L}\p{N}]/u;

const marks = [
  { mark: '**', kind: 'bold' },
  { mark: '__', kind: 'bold' },
  { mark: '~~', kind: 'strike' },
  { mark: '*', kind: 'italic' },
  { mark: '_', kind: 'italic' },
] as const;

/** The address, if a click on it may be trusted to lead to the web or a mailbox. */
export function safeHref(href: string): string | null {
  try {
    const url = new URL(href);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

class Reader {
  /** Longest first, so that 「陈晓岚」 is not read as 「陈晓」. */
  private readonly names: string[];

  constructor(names: readonly string[]) {
    this.names = [...new Set(names)].filter(Boolean).sort((one, other) => other.length - one.length);
  }

  readLines(lines: readonly string[]): Inline[] {
    return lines.flatMap((line, at): Inline[] =>
      at === 0 ? this.read(line) : [{ kind: 'break' }, ...this.read(line)],
    );
  }

  read(text: string, depth = 0): Inline[] {
    const found: Inline[] = [];
    let plain = '';
    let at = 0;
    const flush = () => {
      if (plain) found.push({ kind: 'text', text: plain });
      plain = '';
    };
    while (at < text.length) {
      const next = this.markAt(text, at, depth);
      if (!next) {
        plain += text[at];
        at += 1;
      } else {
        if (typeof next.made === 'string') plain += next.made;
        else {
          flush();
          found.push(next.made);
        }
        at = next.end;
      }
    }
    flush();
    return found;
  }

  /** What begins at a place, and where it ends. */
  private markAt(text: string, at: number, depth: number): { made: Inline | string; end: number } | null {
    const match = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(text);
    };
    switch (text[at]) {
      case '\\': {
        const found = match(escaped);
        return found ? { made: found[0].slice(1), end: at + 2 } : null;
      }
      case '`': {
        const found = match(code);
        return found
          ? { made: { kind: 'code', text: found[2]?.trim() || (found[2] ?? '') }, end: at + found[0].length }
          : skipRun(text, at, '`');
      }
      case '[':
        return depth < depthMax ? this.linkAt(match(link), at, depth) : null;
      case '@':
        return this.mentionAt(text, at);
      case 'h':
      case 'H':
      case 'm':
      case 'M':
        return word.test(text[at - 1] ?? '') ? null : addressAt(match(address), at);
      case '*':
      case '_':
      case '~':
        return depth < depthMax ? this.emphasisAt(text, at, depth) : null;
      default:
        return null;
    }
  }

  private linkAt(found: RegExpExecArray | null, at: number, depth: number) {
    const href = found?.[2] ? safeHref(found[2]) : null;
    if (!found || !href) return null;
    const children = this.read(found[1] ?? '', depth + 1).filter((one) => one.kind !== 'link');
    const made: Inline = { kind: 'link', href, children };
    return { made, end: at + found[0].length };
  }

  private mentionAt(text: string, at: number) {
    const name = this.names.find((one) => text.startsWith(one, at + 1));
    return name ? { made: { kind: 'mention' as const, text: `@${name}` }, end: at + 1 + name.length } : null;
  }

  private emphasisAt(text: string, at: number, depth: number) {
    for (const { mark, kind } of marks) {
      if (!text.startsWith(mark, at)) continue;
      const end = closing(text, at, mark);
      if (end === null) continue;
      const children = this.read(text.slice(at + mark.length, end), depth + 1);
      return { made: { kind, children }, end: end + mark.length };
    }
    return skipRun(text, at, text[at] ?? '');
  }
}

/** A row of the same sign that opens nothing is text as a whole, so that long rows cost no time. */
function skipRun(text: string, at: number, sign: string) {
  let end = at;
  while (text[end] === sign) end += 1;
  return { made: text.slice(at, end), end };
}

function addressAt(found: RegExpExecArray | null, at: number) {
  if (!found) return null;
  const text = found[0].replace(trailing, '');
  const href = safeHref(text);
  if (!href || text.endsWith('//') || text.endsWith(':')) return null;
  const made: Inline = { kind: 'link', href, children: [{ kind: 'text', text }] };
  return { made, end: at + text.length };
}

/** Where emphasis that begins at `at` ends; it holds something, and `_` stands at the edges of words. */
function closing(text: string, at: number, mark: string): number | null {
  const from = at + mark.length;
  const inWord = mark.startsWith('_');
  if (/\s/.test(text[from] ?? ' ') || (inWord && word.test(text[at - 1] ?? ''))) return null;
  for (let end = text.indexOf(mark, from); end >= 0; end = text.indexOf(mark, end + 1)) {
    const after = end + mark.length;
    const isEmpty = end === from || /\s/.test(text[end - 1] ?? '') || text[end - 1] === '\\';
    const isLonger = mark.length === 1 && (text[after] === mark || text[end - 1] === mark);
    if (!isEmpty && !isLonger && !(inWord && word.test(text[after] ?? ''))) return end;
  }
  return null;
}

const inlineText = (children: readonly Inline[]): string =>
  children
    .map((one) => {
      if (one.kind === 'break') return ' ';
      return 'children' in one ? inlineText(one.children) : one.text;
    })
    .join('');

const blockText = (block: Block): string => {
  if (block.kind === 'paragraph') return inlineText(block.children);
  if (block.kind === 'code') return block.text;
  if (block.kind === 'quote') return block.children.map(blockText).join(' ');
  return block.items.map(inlineText).join(' ');
};

/** A text without its marks, on one line: for lists, quotes and notices. */
export const plainText = (text: string): string =>
  parse(text.slice(0, 400)).map(blockText).join(' ').replace(/\s+/g, ' ').trim();
