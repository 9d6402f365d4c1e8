/** The beginning of a text, in the face of code. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { driveKey } from '../api';
import { fetchText, textBytesMax } from './text';
import { Nothing } from './Viewer';
import styles from './Viewer.module.css';
import type { Viewable } from './viewable';

export function TextStage({ file }: { file: Viewable }) {
  const { t } = useTranslation('drive');
  const text = useQuery({
    queryKey: [...driveKey, 'text', file.url],
    queryFn: ({ signal }) => fetchText(file.url, signal),
    retry: false,
  });
  if (text.isError) return <Nothing file={file} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className={styles.text} tabIndex={0} aria-label={file.name}>
      <pre>{text.data ?? ''}</pre>
      {file.size > textBytesMax ? <p>{t('viewer.more')}</p> : null}
    </section>
  );
}
