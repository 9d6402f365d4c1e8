/** What a program is given: named, and copied with one press. */
import { CopyField } from '@/ui';
import styles from './Open.module.css';

type Props = { label: string; text: string; lines?: number };

export function Copied({ label, text, lines }: Props) {
  return (
    <div className={styles.copied}>
      <span className={styles.label}>{label}</span>
      <CopyField code label={label} text={text} lines={lines} />
    </div>
  );
}
