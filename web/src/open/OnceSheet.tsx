/** The address of a robot and its secret: shown once, when they are new. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Sheet } from '@/ui';
import type { Robot } from './api';
import { Copied } from './Copied';
import { curlOf } from './curl';
import styles from './Open.module.css';

export function OnceSheet({ robot, onClose }: { robot: Robot | null; onClose: () => void }) {
  const { t } = useTranslation(['open', 'ui']);
  return (
    <Sheet
      open={robot !== null}
      onClose={onClose}
      title={t('open:once.robot', { name: robot?.name })}
      width={560}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('open:once.kept')}
        </Button>
      }
    >
      {robot ? <Shown robot={robot} /> : null}
    </Sheet>
  );
}

function Shown({ robot }: { robot: Robot }) {
  const { t } = useTranslation('open');
  return (
    <>
      <p className={styles.warn} role="note">
        {t('once.hint')}
      </p>
      {robot.url ? <Copied label={t('once.url')} text={robot.url} /> : null}
      {robot.secret ? <Copied label={t('once.secret')} text={robot.secret} /> : null}
      {robot.url && !robot.safety.signed ? (
        <Copied label={t('once.try')} text={curlOf(robot, robot.url, t('once.hello'))} lines={4} />
      ) : null}
    </>
  );
}
