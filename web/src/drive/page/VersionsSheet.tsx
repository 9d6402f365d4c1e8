/** What a file was before: every version can be looked at, taken along and made the newest again; a new one can be added. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Download, Upload } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api';
import { bytesWords, stamp } from '@/lib';
import { Avatar, Failure, Sheet, SkeletonRows, Tag, useErrorWords, useToast } from '@/ui';
import { contentUrl, driveKey, restoreVersion, versionsQuery } from '../api';
import { uploads } from '../upload/session';
import styles from './VersionsSheet.module.css';

type Props = { entry: Entry | null; mayWrite: boolean; onClose: () => void };

export function VersionsSheet({ entry, mayWrite, onClose }: Props) {
  const { t } = useTranslation('drive');
  return (
    <Sheet open={entry !== null} onClose={onClose} title={t('versions.title', { name: entry?.name ?? '' })}>
      {entry ? <Versions entry={entry} mayWrite={mayWrite} onClose={onClose} /> : null}
    </Sheet>
  );
}

function Versions({ entry, mayWrite, onClose }: Props & { entry: Entry }) {
  const { t, i18n } = useTranslation('drive');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const field = useRef<HTMLInputElement>(null);
  const versions = useQuery(versionsQuery(entry.id));
  const restore = async (number: number) => {
    try {
      await restoreVersion(entry.id, number);
      await client.invalidateQueries({ queryKey: driveKey });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  if (versions.isError)
    return <Failure error={versions.error} onRetry={() => void versions.refetch()} compact />;
  if (!versions.data) return <SkeletonRows rows={3} />;
  const newest = Math.max(...versions.data.map(({ number }) => number));
  return (
    <>
      <ol className={styles.list}>
        {versions.data.map(({ number, size, at, by }) => (
          <li key={number} className={styles.row}>
            <Avatar id={by.id} name={by.name} src={by.avatar_url} size={32} />
            <span className={styles.words}>
              <span>
                {t('versions.number', { number })} {number === newest ? <Tag>{t('versions.now')}</Tag> : null}
              </span>
              <small>
                {by.name} · {stamp(at, i18n.language)} · {bytesWords(size)}
              </small>
            </span>
            <a
              className={styles.act}
              href={contentUrl(entry.id, { version: number, download: true })}
              download={entry.name}
              aria-label={t('versions.download', { number })}
            >
              <Download size={16} strokeWidth={1.75} aria-hidden="true" />
            </a>
            {mayWrite && number !== newest ? (
              <Button size="small" onClick={() => void restore(number)}>
                {t('versions.restore')}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
      {mayWrite ? (
        <>
          <input
            ref={field}
            type="file"
            hidden
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (!file) return;
              uploads.add(file, { file: entry.id });
              onClose();
            }}
          />
          <Button block icon={<Upload size={16} strokeWidth={1.75} />} onClick={() => field.current?.click()}>
            {t('versions.add')}
          </Button>
        </>
      ) : null}
    </>
  );
}
