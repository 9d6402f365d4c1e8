/** Which page of the grid is shown; below the tiles, so that it covers nobody. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './Stage.module.css';

type Props = { page: number; pages: number; onPage: (page: number) => void };

export function Pager({ page, pages, onPage }: Props) {
  const { t } = useTranslation('meetings');
  return (
    <nav className={styles.pager} aria-label={t('call.pages.title')}>
      <button
        type="button"
        aria-label={t('call.pages.before')}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        <ChevronLeft size={16} strokeWidth={1.75} />
      </button>
      <span className="visually-hidden" aria-live="polite">
        {t('call.pages.here', { page: page + 1, pages })}
      </span>
      <span className={styles.dots} aria-hidden="true">
        {Array.from({ length: pages }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the dots are alike and never move
          <i key={index} data-here={index === page || undefined} />
        ))}
      </span>
      <button
        type="button"
        aria-label={t('call.pages.after')}
        disabled={page >= pages - 1}
        onClick={() => onPage(page + 1)}
      >
        <ChevronRight size={16} strokeWidth={1.75} />
      </button>
    </nav>
  );
}
