/** Where one is in a row of steps. */
import { Check } from 'lucide-react';
import styles from './Steps.module.css';

export function Steps({ names, current }: { names: string[]; current: number }) {
  return (
    <ol className={styles.steps}>
      {names.map((name, at) => {
        const state = at < current ? 'done' : at === current ? 'now' : 'later';
        return (
          <li
            key={name}
            className={styles.step}
            data-state={state}
            aria-current={at === current ? 'step' : undefined}
          >
            <span className={styles.dot}>
              {at < current ? <Check size={14} strokeWidth={2} aria-hidden="true" /> : at + 1}
            </span>
            <span className={styles.name}>{name}</span>
          </li>
        );
      })}
    </ol>
  );
}
