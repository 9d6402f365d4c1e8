/** What will be sent, above the field: pictures as they are, others by name; each can be taken out again. */
import { Switch } from 'antd';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FileFace, FileName } from '@/drive';
import { bytesWords } from '@/lib';
import { IconButton } from '@/ui';
import { addressOf } from '../enclosed/shown';
import styles from './StagedFiles.module.css';
import type { Staged } from './staged';

type Props = {
  staged: readonly Staged[];
  hasPictures: boolean;
  isOriginal: boolean;
  onOriginal: (original: boolean) => void;
  onRemove: (key: string) => void;
};

export function StagedFiles({ staged, hasPictures, isOriginal, onOriginal, onRemove }: Props) {
  const { t } = useTranslation('chat');
  if (staged.length === 0) return null;
  return (
    <div className={styles.staged}>
      <ul className={styles.list} aria-label={t('attach.staged')}>
        {staged.map(({ key, file, group }) => (
          <li key={key} className={styles.one} data-picture={group === 'image' || undefined}>
            {group === 'image' ? (
              <img src={addressOf(file)} alt={file.name} />
            ) : (
              <>
                <FileFace kind={group} size={36} />
                <span className={styles.words}>
                  <FileName name={file.name} />
                  <small>{bytesWords(file.size)}</small>
                </span>
              </>
            )}
            <IconButton
              className={styles.remove}
              icon={X}
              size={14}
              label={t('attach.remove', { name: file.name })}
              onClick={() => onRemove(key)}
            />
          </li>
        ))}
      </ul>
      {hasPictures ? (
        // biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside the label
        <label className={styles.original}>
          <Switch size="small" checked={isOriginal} onChange={onOriginal} />
          {t('attach.original')}
        </label>
      ) : null}
    </div>
  );
}
