/** A translation under the words of a message; the original stays where it is. */
import { Languages, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { IconButton } from '@/ui';
import { Markdown } from '../markdown/Markdown';
import styles from './Translation.module.css';
import { setTranslation, useTranslated } from './translations';

export function Translation({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  const translated = useTranslated(message.id);
  // Of words that were changed meanwhile it says nothing.
  if (!translated || translated.of !== message.text) return null;
  return (
    <div className={styles.translation} aria-busy={translated.state === 'asking' || undefined}>
      <header>
        <Languages size={12} strokeWidth={1.75} aria-hidden="true" />
        {t(translated.state === 'asking' ? 'translate.asking' : 'translate.shown')}
        <IconButton
          icon={X}
          size={12}
          label={t('translate.hide')}
          onClick={() => setTranslation(message.id, null)}
        />
      </header>
      {translated.text ? <Markdown text={translated.text} /> : null}
    </div>
  );
}
