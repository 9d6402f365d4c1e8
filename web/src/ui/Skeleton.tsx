/** Rows in their final shape while something is fetched; nothing for the first 300 ms. */
import { useLasting } from '@/lib';
import styles from './Skeleton.module.css';

const widths = ['46%', '62%', '38%', '54%', '70%', '42%'];

export function SkeletonRows({
  rows = 6,
  height = 64,
  avatar = true,
}: {
  rows?: number;
  height?: number;
  avatar?: boolean;
}) {
  const shown = useLasting(true, 300);
  if (!shown) return null;
  return (
    <div aria-hidden="true" className={styles.rows}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={row} className={styles.row} style={{ height }}>
          {avatar ? <span className={styles.face} /> : null}
          <span className={styles.line} style={{ width: widths[row % widths.length] }} />
        </div>
      ))}
    </div>
  );
}
