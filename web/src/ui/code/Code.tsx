/** Code in colours. It is a plain text until these have come, and stays one where it is very long or nobody knows its language. */
import { type ReactNode, useEffect, useState } from 'react';
import styles from './Code.module.css';
import type { Piece } from './colour';

/** A longer code would hold up the page while it is coloured. */
export const colouredCharsMax = 100_000;

type Props = {
  text: string;
  /** The name of a language, or the ending of its files. */
  language: string;
};

export function Code({ text, language }: Props) {
  const pieces = usePieces(text, language);
  return <code>{pieces ? drawn(pieces) : text}</code>;
}

function usePieces(text: string, language: string): Piece[] | null {
  const [coloured, setColoured] = useState<{ text: string; pieces: Piece[] | null } | null>(null);
  const wanted = language !== '' && text.length <= colouredCharsMax;
  useEffect(() => {
    if (!wanted) return;
    let over = false;
    import('./colour')
      .then(({ colour }) => !over && setColoured({ text, pieces: colour(text, language) }))
      // Without its colours it can be read all the same.
      .catch(() => undefined);
    return () => {
      over = true;
    };
  }, [text, language, wanted]);
  return wanted && coloured?.text === text ? coloured.pieces : null;
}

const drawn = (pieces: readonly Piece[]): ReactNode[] =>
  pieces.map((piece, at) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
      <span key={at} className={piece.sort ? styles[piece.sort] : undefined}>
        {drawn(piece.pieces)}
      </span>
    ),
  );
