/** The beginning of a text, in the face of code, and in its colours where it is one. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Code } from '@/ui';
import { driveKey } from '../api';
import { endingOf } from '../kinds';
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
      <pre>
        <Code text={text.data ?? ''} language={endingOf(file.name)} />
      </pre>
      {file.size > textBytesMax ? <p>{t('viewer.more')}</p> : null}
    </section>
  );
}
