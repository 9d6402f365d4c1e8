/** The bots of the office: accounts of programs that read, write and answer to commands. */
import { useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown } from 'antd';
import { Bot as BotIcon, Ellipsis, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminFrame } from '@/org';
import { EmptyState, Failure, IconButton, Settings, Sheet, SkeletonRows, Tag } from '@/ui';
import { type Bot, botsQuery, changeBot, removeBot, rotateBot } from './api';
import { useAttempt } from './attempt';
import { BotSheet } from './BotSheet';
import { Copied } from './Copied';
import styles from './Open.module.css';

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

type RowProps = { bot: Bot; onOnce: (bot: Bot) => void; onChange: () => void };

function Row({ bot, onOnce, onChange }: RowProps) {
  const { t } = useTranslation(['open', 'ui']);
  const { modal } = App.useApp();
  const { attempt } = useAttempt();
  const { id, name, description, avatar, commands, events, callback_url, is_on, stopped_at } = bot;
  const ask = (what: 'rotate' | 'remove', run: () => Promise<unknown>) =>
    void modal.confirm({
      title: t(`open:bots.${what}Title`, { name }),
      content: t(`open:bots.${what}Detail`),
      okText: t(`open:bots.${what}`),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: run,
    });
  const rotate = async () => {
    const fresh = await attempt(() => rotateBot(id));
    if (fresh) onOnce(fresh);
  };
  const items = [
    { key: 'change', label: t('open:bots.change'), onClick: onChange },
    {
      key: 'turn',
      label: t(is_on ? 'open:robots.turnOff' : 'open:robots.turnOn'),
      onClick: () => void attempt(() => changeBot(id, { is_on: !is_on })),
    },
    { key: 'rotate', label: t('open:bots.rotate'), onClick: () => ask('rotate', rotate) },
    { key: 'line', type: 'divider' as const },
    {
      key: 'remove',
      danger: true,
      label: t('open:bots.remove'),
      onClick: () => ask('remove', () => attempt(() => removeBot(id))),
    },
  ];
  return (
    <li className={styles.row}>
      <span className={styles.face} aria-hidden="true">
        {avatar || <BotIcon size={18} strokeWidth={1.75} />}
      </span>
      <span className={styles.words}>
        <b>
          {name}
          {is_on ? null : <Tag tone="warn">{t('open:robots.isOff')}</Tag>}
          {stopped_at === null ? null : <Tag tone="danger">{t('open:bots.stopped')}</Tag>}
        </b>
        {description ? <small>{description}</small> : null}
        <span className={styles.tags}>
          {commands.map(({ command }) => (
            <Tag key={command} tone="primary">
              {command}
            </Tag>
          ))}
          {(events ?? []).map((event) => (
            <Tag key={event}>{t(`open:event.${event}`)}</Tag>
          ))}
        </span>
        {callback_url ? <small className={styles.mono}>{callback_url}</small> : null}
      </span>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
        <IconButton icon={Ellipsis} size={16} label={t('open:bots.more', { name })} />
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
