/** What the office found at the address in a message. */
import { Link as LinkIcon } from 'lucide-react';
import type { LinkPreview } from '@/api';
import { safe } from '../programs/ProgramCard';
import styles from './LinkCard.module.css';

export function LinkCard({ preview: { url, title, description, site } }: { preview: LinkPreview }) {
  if (!safe(url)) return null;
  return (
    <a className={styles.card} href={safe(url)} target="_blank" rel="noopener noreferrer">
      <small>
        <LinkIcon size={12} strokeWidth={1.75} aria-hidden="true" />
        {site || new URL(url).host}
      </small>
      <b>{title}</b>
      {description ? <span>{description}</span> : null}
    </a>
  );
}
