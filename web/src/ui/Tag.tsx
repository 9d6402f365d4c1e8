/** A small word on a tint. */
import type { ReactNode } from 'react';
import styles from './Tag.module.css';

export type Tone = 'plain' | 'primary' | 'warn' | 'danger' | 'success' | 'info';

export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {children}
    </span>
  );
}

/** A cinnabar count; nothing for none. */
export function Count({ value }: { value: number }) {
  if (value <= 0) return null;
  return <span className={styles.count}>{value > 99 ? '99+' : value}</span>;
}
