/** Lies over what files are dragged onto, and says where they would go. */
import type { LucideIcon } from 'lucide-react';
import styles from './DropOverlay.module.css';

export function DropOverlay({ icon: Icon, words }: { icon: LucideIcon; words: string }) {
  return (
    <div className={styles.drop} aria-hidden="true">
      <Icon size={22} strokeWidth={1.75} />
      {words}
    </div>
  );
}
