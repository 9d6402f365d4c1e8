/**
 * Chat as it is read: runs of one person share a head, links can be clicked, nothing else is markup.
 */

import type { ChatEntry, Happening, Line } from './state';

export type Block =
  | {
      readonly kind: 'run';
      readonly id: string;
      readonly identity: string;
      readonly name: string;
      readonly at: number;
      readonly lines: readonly Line[];
    }
  | { readonly kind: 'happening'; readonly id: string; readonly entry: Happening };

const RUN_MS = 5 * 60_000;

export function blocksOf(chat: readonly ChatEntry[]): Block[] {
  const blocks: Block[] = [];
  for (const entry of chat) {
    if ('happening' in entry) {
      blocks.push({ kind: 'happening', id: entry.id, entry });
      continue;
    }
    const last = blocks[blocks.length - 1];
    if (last?.kind === 'run' && last.identity === entry.identity && entry.at - last.at < RUN_MS) {
      blocks[blocks.length - 1] = { ...last, lines: [...last.lines, entry] };
      continue;
    }
    const { id, identity, name, at } = entry;
    blocks.push({ kind: 'run', id, identity, name, at, lines: [entry] });
  }
  return blocks;
}

export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

/** Only http and https become links; a full stop or bracket after the address stays text. */
const ADDRESS = /https?:\/\/[^\s<>"'，。；：！？、）】」』]+/giu;
const TRAILING = /[.,;:!?)\]}]+$/u;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const href = found[0].replace(TRAILING, '');
    if (found.index > from) pieces.push({ text: text.slice(from, found.index), href: null });
    pieces.push({ text: href, href });
    from = found.index + href.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}
