/** The header of a page: title, what it holds, its acts at the right; 60 high, on phones 52 with the way back. */
import { ChevronLeft } from 'lucide-react';
import { createContext, type ReactNode, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './IconButton';
import styles from './PageHeader.module.css';

/** What the house adds at the end of every header. */
export const HeaderActs = createContext<ReactNode>(null);

type Props = {
  title: ReactNode;
  detail?: ReactNode;
  acts?: ReactNode;
  onBack?: () => void;
  leading?: ReactNode;
};

export function PageHeader({ title, detail, acts, onBack, leading }: Props) {
  const { t } = useTranslation('ui');
  const always = useContext(HeaderActs);
  return (
    <header className={styles.header}>
      {onBack ? <IconButton icon={ChevronLeft} label={t('back')} onClick={onBack} size={22} /> : null}
      {leading}
      <div className={styles.words}>
        <h1 className={styles.title}>{title}</h1>
        {detail ? <div className={styles.detail}>{detail}</div> : null}
      </div>
      {acts ? <div className={styles.acts}>{acts}</div> : null}
      {always}
    </header>
  );
}
