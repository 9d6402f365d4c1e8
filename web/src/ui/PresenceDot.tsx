/** Presence by colour and shape: online filled green, in a meeting amber with a bar, away hollow, offline nothing. */
import styles from './PresenceDot.module.css';

export type PresenceKind = 'online' | 'in_meeting' | 'away' | 'offline';

export function PresenceDot({ kind, size = 12 }: { kind: PresenceKind; size?: number }) {
  if (kind === 'offline') return null;
  return (
    <svg
      className={styles.dot}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
      data-kind={kind}
    >
      <circle className={styles.ring} cx="6" cy="6" r="6" />
      <circle className={styles.fill} cx="6" cy="6" r="4.2" />
      {kind === 'in_meeting' ? (
        <rect className={styles.bar} x="3.6" y="5.3" width="4.8" height="1.4" rx="0.7" />
      ) : null}
      {kind === 'away' ? <circle className={styles.hollow} cx="6" cy="6" r="2.3" /> : null}
    </svg>
  );
}
