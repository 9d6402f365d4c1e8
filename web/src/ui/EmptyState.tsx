/** What is not here and what to do about it: a line drawing, two sentences, at most one button. */
import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

export type Drawing = 'gate' | 'pigeons' | 'moon';

const roofs = (
  <g fill="none" stroke="var(--text3)" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
    <path d="M4 34 L52 14 M96 14 L144 34" strokeWidth="3.5" />
    <path d="M8 37 L8 88 M140 37 L140 88 M47 20 L47 88 M101 20 L101 88" strokeWidth="1.5" />
    <path d="M2 88 L146 88" strokeWidth="1.5" opacity="0.6" />
  </g>
);

function Extra({ drawing }: { drawing: Drawing }) {
  if (drawing === 'gate') {
    return (
      <g strokeLinejoin="round">
        <path d="M57 44 L57 88 M91 44 L91 88" stroke="var(--text3)" strokeWidth="1.5" />
        <path
          d="M51 31 Q74 41 97 31 L94 41 Q74 48 54 41 Z"
          fill="var(--primaryBgHover)"
          stroke="var(--primary)"
          strokeWidth="2"
        />
      </g>
    );
  }
  if (drawing === 'pigeons') {
    return (
      <g fill="none" stroke="var(--primary)" strokeWidth="2" strokeLinecap="round">
        <path d="M58 10 Q63 5 67 10 Q71 5 76 10" />
        <path d="M76 22 Q81 17 85 22 Q89 17 94 22" />
      </g>
    );
  }
  return (
    <path
      d="M72 6 A13 13 0 1 0 86 22 A11 11 0 0 1 72 6 Z"
      fill="var(--warnBg)"
      stroke="var(--warn)"
      strokeWidth="2"
      strokeLinejoin="round"
    />
  );
}

type Props = {
  drawing?: Drawing;
  title: ReactNode;
  hint?: ReactNode;
  act?: ReactNode;
  compact?: boolean;
  /** Whether it is all that the page has, so that its title is the page's heading. */
  alone?: boolean;
};

export function EmptyState({ drawing = 'gate', title, hint, act, compact = false, alone = false }: Props) {
  const Title = alone ? 'h1' : 'p';
  return (
    <div className={styles.empty} data-compact={compact || undefined}>
      <svg width="148" height="96" viewBox="0 0 148 96" aria-hidden="true" focusable="false">
        <path d="M8 37 L47 20 L47 88 L8 88 Z M140 37 L101 20 L101 88 L140 88 Z" fill="var(--hover)" />
        {roofs}
        <Extra drawing={drawing} />
      </svg>
      <Title className={styles.title}>{title}</Title>
      {hint ? <p className={styles.hint}>{hint}</p> : null}
      {act ? <div className={styles.act}>{act}</div> : null}
    </div>
  );
}
