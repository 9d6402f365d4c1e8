/** Whoever says something: a person with a round face, or a program with a rounded square and its sign. */
import { Bot, Webhook } from 'lucide-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message, ProgramFace } from '@/api';
import { Avatar, hueOf, Tag } from '@/ui';
import { useName } from '../names';
import { usePerson } from '../session';
import styles from './Speaker.module.css';

type Said = Pick<Message, 'sender_id' | 'program' | 'conversation_id'>;

/** What whoever says something is called. */
export function useSpeaker({ sender_id, program, conversation_id }: Said): string {
  const name = useName(sender_id, conversation_id);
  return program?.name ?? name;
}

export function ProgramSquare({ program, size }: { program: ProgramFace; size: number }) {
  const Icon = program.kind === 'bot' ? Bot : Webhook;
  const look = { width: size, height: size, '--hue': hueOf(program.id) } as CSSProperties;
  return (
    <span className={styles.square} style={look} aria-hidden="true">
      {program.avatar ? (
        <span style={{ fontSize: Math.round(size * 0.5) }}>{program.avatar}</span>
      ) : (
        <Icon size={Math.round(size * 0.55)} strokeWidth={1.75} />
      )}
    </span>
  );
}

export function SpeakerFace({ message, size }: { message: Said; size: number }) {
  const { sender_id, program } = message;
  const name = useSpeaker(message);
  const person = usePerson(sender_id);
  if (program) return <ProgramSquare program={program} size={size} />;
  return <Avatar id={sender_id ?? ''} name={name} src={person?.avatar_url} size={size} />;
}

/** Says that nobody is behind a name. */
export function ProgramTag({ message: { program } }: { message: Said }) {
  const { t } = useTranslation('chat');
  return program ? <Tag>{t(`program.${program.kind}`)}</Tag> : null;
}
