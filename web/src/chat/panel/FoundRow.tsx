/** A message outside of its thread: whose, when, its line; pressing goes to it. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { useNameOf } from '../names';
import { SpeakerFace, useSpeaker } from '../programs/Speaker';
import { lineOf, whenOf } from '../words';
import styles from './Found.module.css';

type Props = {
  message: Message;
  now: number;
  /** Where it was said, when that is not clear. */
  where?: string;
  act?: ReactNode;
  /** Under its line. */
  more?: ReactNode;
  onOpen: () => void;
};

export function FoundRow({ message, now, where, act, more, onOpen }: Props) {
  const { t, i18n } = useTranslation('chat');
  const name = useSpeaker(message);
  const nameOf = useNameOf();
  return (
    <li className={styles.row}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <SpeakerFace message={message} size={32} />
        <span className={styles.words}>
          <span className={styles.head}>
            <b>{where ? `${name} · ${where}` : name}</b>
            <time>{whenOf(t, message.sent_at, now, i18n.language)}</time>
          </span>
          <span className={styles.text}>{lineOf(t, message, nameOf)}</span>
          {more}
        </span>
      </button>
      {act}
    </li>
  );
}
