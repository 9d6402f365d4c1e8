/** Making a robot, or changing one: what it is called, whose format it speaks, what keeps others from speaking as it. */
import { Button, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, Setting, Sheet } from '@/ui';
import { changeRobot, makeRobot, type Robot, type Safety, type Vendor, vendors } from './api';
import { useAttempt } from './attempt';
import { type Face, FaceFields, trimmed } from './FaceFields';
import styles from './Open.module.css';

const keywordsMax = 10;
const addressesMax = 10;

type Props = {
  open: boolean;
  robot: Robot | null;
  conversation: string;
  onMade: (robot: Robot) => void;
  onClose: () => void;
};

export function RobotSheet({ open, ...props }: Props) {
  const { t } = useTranslation('open');
  return (
    <Sheet
      open={open}
      onClose={props.onClose}
      title={t(props.robot ? 'robots.change' : 'robots.new')}
      width={560}
    >
      <Form key={props.robot?.id ?? 'new'} {...props} />
    </Sheet>
  );
}

function Form({ robot, conversation, onMade, onClose }: Omit<Props, 'open'>) {
  const { t } = useTranslation(['open', 'ui']);
  const { attempt, busy } = useAttempt();
  const [vendor, setVendor] = useState<Vendor>(robot?.vendor ?? 'dingtalk');
  const [face, setFace] = useState<Face>({ name: robot?.name ?? '', avatar: robot?.avatar ?? '' });
  const [safety, setSafety] = useState<Safety>(
    robot?.safety ?? { keywords: [], signed: false, addresses: [] },
  );
  const save = async () => {
    const plan = { ...trimmed(face), safety };
    const saved = await attempt(() =>
      robot ? changeRobot(robot.id, plan) : makeRobot(conversation, { ...plan, vendor }),
    );
    if (!saved) return;
    onClose();
    if (saved.url || saved.secret) onMade(saved);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {robot ? null : (
        <Field label={t('open:robots.vendor')}>
          {({ id }) => (
            <Select<Vendor>
              id={id}
              value={vendor}
              style={{ width: '100%' }}
              options={vendors.map((value) => ({ value, label: t(`open:vendor.${value}`) }))}
              onChange={setVendor}
            />
          )}
        </Field>
      )}
      <p className={styles.hint}>{t(`open:vendorHint.${vendor}`)}</p>
      <FaceFields
        face={face}
        label={t('open:robots.name')}
        example={{ name: t('open:robots.namePlaceholder'), avatar: '🚀' }}
        onChange={setFace}
      />
      <Field label={t('open:robots.keywords')} help={t('open:robots.keywordsHelp')}>
        {({ id }) => (
          <Select<string[]>
            id={id}
            mode="tags"
            open={false}
            suffixIcon={null}
            maxCount={keywordsMax}
            style={{ width: '100%' }}
            tokenSeparators={[' ', ',', '，']}
            value={safety.keywords}
            onChange={(keywords) => setSafety({ ...safety, keywords })}
          />
        )}
      </Field>
      <Field label={t('open:robots.addresses')} help={t('open:robots.addressesHelp')}>
        {({ id }) => (
          <Select<string[]>
            id={id}
            mode="tags"
            open={false}
            suffixIcon={null}
            maxCount={addressesMax}
            style={{ width: '100%' }}
            tokenSeparators={[' ', ',', '，']}
            placeholder="192.0.2.0/24"
            value={safety.addresses}
            onChange={(addresses) => setSafety({ ...safety, addresses })}
          />
        )}
      </Field>
      {vendor === 'dingtalk' || vendor === 'feishu' ? (
        <Setting name={t('open:robots.signed')} detail={t('open:robots.signedDetail')}>
          <Switch
            checked={safety.signed}
            aria-label={t('open:robots.signed')}
            onChange={(signed) => setSafety({ ...safety, signed })}
          />
        </Setting>
      ) : null}
      <Button
        type="primary"
        size="large"
        block
        htmlType="submit"
        loading={busy}
        disabled={face.name.trim() === ''}
      >
        {robot ? t('ui:save') : t('open:robots.make')}
      </Button>
    </form>
  );
}
