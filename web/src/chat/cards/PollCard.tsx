/** A poll: the question, the options with their shares, one’s own vote; whoever asked may close it. */
import { Button } from 'antd';
import { Check, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { SoftButton, Tag } from '@/ui';
import { useNames } from '../names';
import { useSession } from '../session';
import { useOpen } from '../thread/context';
import styles from './Card.module.css';

const namedMax = 6;

type PollMessage = Extract<Message, { kind: 'poll' }>;

export function PollCard({ message }: { message: PollMessage }) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { me } = useOpen();
  const [ticked, setTicked] = useState<number[] | null>(null);
  const { data } = message;
  if (!data) return null;
  const closed = data.closed_at !== null;
  const mine = data.voters.flatMap((ids, at) => (ids.includes(me) ? [at] : []));
  const chosen = ticked ?? mine;
  const votes = Math.max(
    1,
    data.counts.reduce((sum, count) => sum + count, 0),
  );
  const choose = (at: number) => {
    if (!data.multiple) {
      const again = mine.includes(at);
      void store.vote(message, again ? [] : [at]);
      if (data.anonymous) setTicked(again ? [] : [at]);
    } else setTicked(chosen.includes(at) ? chosen.filter((one) => one !== at) : [...chosen, at]);
  };
  const isChanged = data.multiple && ticked !== null && ticked.join() !== mine.join();
  return (
    <div className={styles.card}>
      <header className={styles.state}>
        <ListChecks size={14} strokeWidth={1.75} aria-hidden="true" />
        {t('poll.title')}
        <span className={styles.aside}>
          {data.multiple ? <Tag>{t('poll.multiple')}</Tag> : null}
          {data.anonymous ? <Tag>{t('poll.anonymous')}</Tag> : null}
          {closed ? <Tag tone="warn">{t('poll.closed')}</Tag> : null}
        </span>
      </header>
      <p className={styles.title}>{data.question}</p>
      <ul className={styles.options}>
        {data.options.map((option, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an option is its place
          <li key={at}>
            <Option
              option={option}
              count={data.counts[at] ?? 0}
              share={(data.counts[at] ?? 0) / votes}
              voters={data.voters[at] ?? []}
              isChosen={chosen.includes(at)}
              multiple={data.multiple}
              disabled={closed}
              onChoose={() => choose(at)}
            />
          </li>
        ))}
      </ul>
      {closed ? null : (
        <footer className={styles.acts}>
          {isChanged ? (
            <SoftButton
              onClick={() => {
                void store.vote(message, chosen);
                if (!data.anonymous) setTicked(null);
              }}
            >
              {t('poll.vote')}
            </SoftButton>
          ) : null}
          <span className={styles.space} />
          {message.sender_id === me ? (
            <Button type="text" onClick={() => void store.closePoll(message)}>
              {t('poll.close')}
            </Button>
          ) : null}
        </footer>
      )}
    </div>
  );
}

type OptionProps = {
  option: string;
  count: number;
  share: number;
  voters: string[];
  isChosen: boolean;
  multiple: boolean;
  disabled: boolean;
  onChoose: () => void;
};

function Option({ option, count, share, voters, isChosen, multiple, disabled, onChoose }: OptionProps) {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const shown = voters.slice(0, namedMax);
  const nameOf = useNames(shown, conversation.id);
  const names = shown.map(nameOf).join(t('comma'));
  return (
    <button
      type="button"
      className={styles.option}
      aria-pressed={isChosen}
      disabled={disabled}
      onClick={onChoose}
    >
      <span className={styles.bar} style={{ width: `${share * 100}%` }} />
      <span className={styles.check} data-multiple={multiple || undefined}>
        {isChosen ? <Check size={12} strokeWidth={3} aria-hidden="true" /> : null}
      </span>
      <span className={styles.optionWords}>
        {option}
        {names ? (
          <small>{voters.length > namedMax ? t('poll.more', { names, count: voters.length }) : names}</small>
        ) : null}
      </span>
      <span className={styles.votes}>{t('poll.votes', { count })}</span>
    </button>
  );
}
