/** Beside a group: the robots that speak in it and the bots that are in it. */
import { useQuery } from '@tanstack/react-query';
import { Dropdown } from 'antd';
import { Ellipsis, Plus, Webhook } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Beside } from '@/app';
import { stamp } from '@/lib';
import { EmptyState, Failure, IconButton, SkeletonRows, SoftButton, Tag } from '@/ui';
import { changeRobot, type Robot, removeRobot, robotsQuery, rotateRobot } from './api';
import { BotsHere } from './BotsHere';
import { OnceSheet } from './OnceSheet';
import styles from './Open.module.css';
import { useProgramMenu } from './program';
import { RobotSheet } from './RobotSheet';

export default function RobotsTab({ conversation, mayManage }: Beside) {
  const { t } = useTranslation('open');
  const [making, setMaking] = useState(false);
  const [changing, setChanging] = useState<Robot | null>(null);
  const [once, setOnce] = useState<Robot | null>(null);
  const robots = useQuery(robotsQuery(conversation));
  const mayChange = robots.data?.may_change ?? mayManage;
  const list = () => {
    if (!mayManage)
      return <EmptyState compact title={t('robots.notYours')} hint={t('robots.notYoursHint')} />;
    if (robots.isError && !robots.data)
      return <Failure error={robots.error} onRetry={() => void robots.refetch()} compact />;
    if (!robots.data) return <SkeletonRows rows={2} height={60} />;
    if (robots.data.robots.length === 0)
      return (
        <EmptyState
          compact
          title={t('robots.none')}
          hint={t(mayChange ? 'robots.noneHint' : 'robots.notYoursHint')}
        />
      );
    return (
      <ul className={styles.list}>
        {robots.data.robots.map((robot) => (
          <Row
            key={robot.id}
            robot={robot}
            mayChange={mayChange}
            onOnce={setOnce}
            onChange={() => setChanging(robot)}
          />
        ))}
      </ul>
    );
  };
  return (
    <div className={styles.tab}>
      <section aria-label={t('robots.title')}>
        <h3 className={styles.head}>
          {t('robots.title')}
          {mayChange ? (
            <SoftButton
              size="small"
              icon={<Plus size={14} strokeWidth={1.75} />}
              onClick={() => setMaking(true)}
            >
              {t('robots.new')}
            </SoftButton>
          ) : null}
        </h3>
        {list()}
      </section>
      <BotsHere conversation={conversation} />
      <RobotSheet
        open={making || changing !== null}
        robot={changing}
        conversation={conversation}
        onMade={setOnce}
        onClose={() => {
          setMaking(false);
          setChanging(null);
        }}
      />
      <OnceSheet robot={once} onClose={() => setOnce(null)} />
    </div>
  );
}

const requests = { change: changeRobot, rotate: rotateRobot, remove: removeRobot };

type RowProps = { robot: Robot; mayChange: boolean; onOnce: (robot: Robot) => void; onChange: () => void };

function Row({ robot, mayChange, onOnce, onChange }: RowProps) {
  const { t, i18n } = useTranslation('open');
  const { name, avatar, vendor, masked_url, last_used_at, is_on } = robot;
  const items = useProgramMenu({ kind: 'robots', program: robot, requests, onChange, onOnce });
  return (
    <li className={styles.row} data-off={is_on ? undefined : true}>
      <span className={styles.face} aria-hidden="true">
        {avatar || <Webhook size={18} strokeWidth={1.75} />}
      </span>
      <span className={styles.words}>
        <b>
          {name} <Tag>{t(`vendor.${vendor}`)}</Tag>
          {is_on ? null : <Tag tone="warn">{t('robots.isOff')}</Tag>}
        </b>
        <small className={styles.mono}>{masked_url}</small>
        <small>
          {last_used_at === null
            ? t('robots.neverUsed')
            : t('robots.used', { at: stamp(last_used_at, i18n.language) })}
        </small>
      </span>
      {mayChange ? (
        <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
          <IconButton icon={Ellipsis} size={16} label={t('robots.more', { name })} />
        </Dropdown>
      ) : null}
    </li>
  );
}
