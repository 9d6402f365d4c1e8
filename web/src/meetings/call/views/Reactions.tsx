/** Reactions rise at the left edge for five seconds and are read out once. */
import { stableHash } from '@/lib';
import { useCallState } from './context';
import styles from './Stage.module.css';

export function Reactions() {
  const reactions = useCallState((state) => state.reactions);
  return (
    <div className={styles.reactions} role="log" aria-live="polite">
      {reactions.map((one) => (
        <span key={one.id} className={styles.reaction} style={{ left: stableHash(one.id) % 60 }}>
          <b>{one.emoji}</b>
          <span>{one.name}</span>
        </span>
      ))}
    </div>
  );
}
