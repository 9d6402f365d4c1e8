/** The bots of the office: accounts of programs that read, write and answer to commands. */
import { useQuery } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { Bot as BotIcon, Ellipsis, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminFrame } from '@/org';
import { EmptyState, Failure, IconButton, Settings, Sheet, SkeletonRows, Tag } from '@/ui';
import { type Bot, botsQuery, changeBot, removeBot, rotateBot } from './api';
import { BotSheet } from './BotSheet';
import { Copied } from './Copied';
import styles from './Open.module.css';
import { useProgramMenu } from './program';

export default function AdminBotsPage() {
  const { t } = useTranslation('open');
  const bots = useQuery(botsQuery);
  const [making, setMaking] = useState(false);
  const [changing, setChanging] = useState<Bot | null>(null);
  const [once, setOnce] = useState<Bot | null>(null);
  const list = () => {
    if (bots.isError && !bots.data) return <Failure error={bots.error} onRetry={() => void bots.refetch()} />;
    if (!bots.data) return <SkeletonRows rows={3} />;
    if (bots.data.length === 0) return <EmptyState title={t('bots.none')} hint={t('bots.noneHint')} />;
    return (
      <Settings>
        <ul className={styles.cards}>
          {bots.data.map((bot) => (
            <Row key={bot.id} bot={bot} onOnce={setOnce} onChange={() => setChanging(bot)} />
          ))}
        </ul>
      </Settings>
    );
  };
  return (
    <AdminFrame
      page="/admin/bots"
      acts={
        <Button type="primary" icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setMaking(true)}>
          {t('bots.new')}
        </Button>
      }
    >
      {list()}
      <BotSheet
        open={making || changing !== null}
        bot={changing}
        onMade={setOnce}
        onClose={() => {
          setMaking(false);
          setChanging(null);
        }}
      />
      <BotOnce bot={once} onClose={() => setOnce(null)} />
    </AdminFrame>
  );
}

const requests = { change: changeBot, rotate: rotateBot, remove: removeBot };

type RowProps = { bot: Bot; onOnce: (bot: Bot) => void; onChange: () => void };

function Row({ bot, onOnce, onChange }: RowProps) {
  const { t } = useTranslation('open');
  const { name, description, avatar, commands, events, callback_url, is_on, stopped_at } = bot;
  const items = useProgramMenu({ kind: 'bots', program: bot, requests, onChange, onOnce });
  return (
    <li className={styles.row}>
      <span className={styles.face} aria-hidden="true">
        {avatar || <BotIcon size={18} strokeWidth={1.75} />}
      </span>
      <span className={styles.words}>
        <b>
          {name}
          {is_on ? null : <Tag tone="warn">{t('robots.isOff')}</Tag>}
          {stopped_at === null ? null : <Tag tone="danger">{t('bots.stopped')}</Tag>}
        </b>
        {description ? <small>{description}</small> : null}
        <span className={styles.tags}>
          {commands.map(({ command }) => (
            <Tag key={command} tone="primary">
              {command}
            </Tag>
          ))}
          {(events ?? []).map((event) => (
            <Tag key={event}>{t(`event.${event}`)}</Tag>
          ))}
        </span>
        {callback_url ? <small className={styles.mono}>{callback_url}</small> : null}
      </span>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
        <IconButton icon={Ellipsis} size={16} label={t('bots.more', { name })} />
      </Dropdown>
    </li>
  );
}

/** The token of a bot and its secret: shown once. */
function BotOnce({ bot, onClose }: { bot: Bot | null; onClose: () => void }) {
  const { t } = useTranslation('open');
  return (
    <Sheet
      open={bot !== null}
      onClose={onClose}
      title={t('once.bot', { name: bot?.name })}
      width={560}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('once.kept')}
        </Button>
      }
    >
      {bot ? (
        <>
          <p className={styles.warn} role="note">
            {t('once.hint')}
          </p>
          {bot.token ? <Copied label={t('once.token')} text={bot.token} /> : null}
          {bot.secret ? <Copied label={t('once.signing')} text={bot.secret} /> : null}
        </>
      ) : null}
    </Sheet>
  );
}
