/** The face of a conversation: a person is round, a group is a rounded square with its sign. */
import { Building2, Hash, type LucideIcon, UsersRound } from 'lucide-react';
import type { Conversation, ConversationKind } from '@/api';
import { Avatar, hueOf } from '@/ui';
import styles from './ConversationFace.module.css';
import { usePerson } from './session';

const icons: Record<Exclude<ConversationKind, 'direct'>, LucideIcon> = {
  group: Hash,
  department: UsersRound,
  everyone: Building2,
};

type Props = { conversation: Pick<Conversation, 'id' | 'kind' | 'peer' | 'title'>; size?: number };

export function ConversationFace({ conversation: { id, kind, peer, title }, size = 40 }: Props) {
  const person = usePerson(peer?.id);
  if (kind === 'direct') {
    return (
      <Avatar
        id={peer?.id ?? id}
        name={peer?.name ?? title}
        src={peer?.avatar_url}
        size={size}
        presence={size < 28 ? undefined : person?.presence}
      />
    );
  }
  const Icon = icons[kind];
  return (
    <span
      className={styles.square}
      style={{ width: size, height: size, background: hueOf(id) }}
      aria-hidden="true"
    >
      <Icon size={Math.round(size * 0.48)} strokeWidth={2} />
    </span>
  );
}
