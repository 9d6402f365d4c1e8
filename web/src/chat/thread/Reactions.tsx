/** Reactions beneath a message: mine are framed; pressing adds or takes away. */
import { Tooltip } from 'antd';
import { SmilePlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message, Reaction } from '@/api';
import { useNames } from '../names';
import { useSession } from '../session';
import { useOpen } from './context';
import styles from './Reactions.module.css';

const namedMax = 12;

export function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  const { acts } = useOpen();
  if (message.reactions.length === 0) return null;
  return (
    <div className={styles.row}>
      {message.reactions.map((reaction) => (
        <One key={reaction.emoji} message={message} reaction={reaction} />
      ))}
      <button
        type="button"
        className={styles.one}
        aria-label={t('menu.react')}
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          acts.pickReaction(message, { x: left, y: bottom + 4 });
        }}
      >
        <SmilePlus size={16} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </div>
  );
}

function One({ message, reaction: { emoji, member_ids: ids } }: { message: Message; reaction: Reaction }) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { conversation, me } = useOpen();
  const shown = ids.slice(0, namedMax);
  const nameOf = useNames(shown, conversation.id);
  const mine = ids.includes(me);
  const names = shown.map(nameOf).join(t('comma'));
  const said = ids.length > namedMax ? t('message.reactedMany', { names, count: ids.length }) : names;
  return (
    <Tooltip title={said} mouseEnterDelay={0.5}>
      <button
        type="button"
        className={styles.one}
        aria-pressed={mine}
        aria-label={t('message.reaction', { emoji, count: ids.length, names: said })}
        onClick={() => void store.react(message, emoji, !mine)}
      >
        <span className={styles.emoji}>{emoji}</span>
        <span className={styles.count}>{ids.length}</span>
      </button>
    </Tooltip>
  );
}
