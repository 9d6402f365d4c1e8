/** A colleague who was passed on: who they are, and the ways to them. */
import { useRouter } from '@tanstack/react-router';
import { MessageCircle, Phone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ContactData } from '@/api';
import { useActs } from '@/app';
import { Avatar, IconButton, useErrorWords, useToast } from '@/ui';
import { usePerson, useSession } from '../session';
import styles from './Cards.module.css';

export function PersonCard({ contact }: { contact: ContactData }) {
  const { t } = useTranslation('chat');
  const router = useRouter();
  const acts = useActs();
  const toast = useToast();
  const words = useErrorWords();
  const { store } = useSession();
  const person = usePerson(contact.member_id);
  const isMe = contact.member_id === store.me;
  const go = async (way: Promise<string>) => {
    try {
      router.history.push(await way);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  const profile = () => router.history.push(`/people?m=${contact.member_id}`);
  return (
    <div className={styles.card}>
      <button
        type="button"
        className={styles.person}
        tabIndex={-1}
        aria-label={t('contact.profile', { name: contact.name })}
        onClick={profile}
      >
        <Avatar
          id={contact.member_id}
          name={contact.name}
          src={contact.avatar_url}
          size={44}
          presence={person?.presence}
        />
        <span className={styles.words}>
          <span className={styles.title}>{contact.name}</span>
          <span className={styles.detail}>
            {[contact.title, contact.department].filter(Boolean).join(' · ') || t('contact.kind')}
          </span>
        </span>
      </button>
      {isMe ? null : (
        <>
          <IconButton
            icon={MessageCircle}
            label={t('contact.message', { name: contact.name })}
            tabIndex={-1}
            onClick={() => void go(acts.messagePerson(contact.member_id))}
          />
          <IconButton
            icon={Phone}
            label={t('contact.call', { name: contact.name })}
            tabIndex={-1}
            onClick={() =>
              void go(acts.callPeople([{ id: contact.member_id, name: contact.name }], { audioOnly: true }))
            }
          />
        </>
      )}
    </div>
  );
}
