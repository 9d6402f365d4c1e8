/** The bots of the office that are in a group, and those that could be. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { Bot as BotIcon, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '@/ui';
import { botsHereQuery, botsQuery, letBotIn, takeBotOut } from './api';
import { useAttempt } from './attempt';
import styles from './Open.module.css';

export function BotsHere({ conversation }: { conversation: string }) {
  const { t } = useTranslation('open');
  const { attempt, busy } = useAttempt();
  const seated = useQuery(botsHereQuery(conversation)).data;
  const mayChange = seated?.may_change ?? false;
  const all = useQuery({ ...botsQuery, enabled: mayChange }).data ?? [];
  const here = seated?.bots ?? [];
  const others = all.filter((one) => !here.some(({ bot }) => bot.id === one.id));
  if (here.length === 0 && others.length === 0) return null;
  return (
    <section aria-label={t('bots.here')}>
      <h3 className={styles.head}>{t('bots.here')}</h3>
      <ul className={styles.list}>
        {here.map(({ bot: { id, name, description, avatar } }) => (
          <li key={id} className={styles.row}>
            <span className={styles.face} aria-hidden="true">
              {avatar || <BotIcon size={18} strokeWidth={1.75} />}
            </span>
            <span className={styles.words}>
              <b>{name}</b>
              {description ? <small>{description}</small> : null}
            </span>
            {mayChange ? (
              <IconButton
                icon={X}
                size={16}
                label={t('bots.takeOut', { name })}
                disabled={busy}
                onClick={() => void attempt(() => takeBotOut(conversation, id))}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {mayChange && others.length > 0 ? (
        <Select
          className={styles.letIn}
          value={null}
          disabled={busy}
          placeholder={t('bots.letIn')}
          aria-label={t('bots.letIn')}
          options={others.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id: string | null) => id && void attempt(() => letBotIn(conversation, id))}
        />
      ) : null}
    </section>
  );
}
