/** The name of a file on one line; where there is no room, its middle is left out. */
import styles from './File.module.css';
import { nameParts } from './kinds';

export function FileName({ name }: { name: string }) {
  const [start, end] = nameParts(name);
  return (
    <span className={styles.name} title={name}>
      <span className={styles.nameStart}>{start}</span>
      {end ? <span className={styles.nameEnd}>{end}</span> : null}
    </span>
  );
}
