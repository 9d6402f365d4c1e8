/** A card over everything, at the top right: somebody is waiting for an answer. Esc does not answer. */
import type { ReactNode } from 'react';
import styles from './FloatingCard.module.css';

type Props = {
  label: string;
  tone?: 'plain' | 'danger';
  /** On phones it takes the whole screen, its acts round, as phones show a call. */
  fills?: boolean;
  /** Said of others that wait behind this one. */
  others?: ReactNode;
  children: ReactNode;
};

export function FloatingCard({ label, tone = 'plain', fills = false, others, children }: Props) {
  return (
    <div className={styles.place} data-fills={fills || undefined}>
      <section className={styles.card} data-tone={tone} role="alertdialog" aria-label={label}>
        {children}
        {others ? <p className={styles.others}>{others}</p> : null}
      </section>
    </div>
  );
}

/** The row of what can be answered. */
export function FloatingCardActs({ children }: { children: ReactNode }) {
  return <div className={styles.acts}>{children}</div>;
}

type ActProps = { look?: 'plain' | 'primary' | 'danger'; icon: ReactNode; word: string; onClick: () => void };

export function FloatingCardAct({ look = 'plain', icon, word, onClick }: ActProps) {
  return (
    <button type="button" className={styles.act} data-look={look} onClick={onClick}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      {word}
    </button>
  );
}
