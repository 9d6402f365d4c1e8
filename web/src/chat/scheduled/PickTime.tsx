/** Choosing a day and a clock time in the future. */
import { Button, DatePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, Sheet } from '@/ui';
import { aheadMsMax, isTooSoon, pickFrom } from './times';

type PickerProps = {
  id?: string;
  value: number | null;
  onChange: (at: number | null) => void;
  label?: string;
};

/** A field for a moment that is still to come. */
export function MomentPicker({ id, value, onChange, label }: PickerProps) {
  const { t } = useTranslation('chat');
  return (
    <DatePicker
      id={id}
      aria-label={label}
      style={{ width: '100%' }}
      value={value === null ? null : dayjs(value)}
      showTime={{ format: 'HH:mm' }}
      format="YYYY-MM-DD HH:mm"
      needConfirm={false}
      placeholder={t('scheduled.pick')}
      inputReadOnly={window.matchMedia('(pointer: coarse)').matches}
      disabledDate={(day) =>
        day.isBefore(dayjs().startOf('day')) || day.isAfter(dayjs().add(aheadMsMax, 'millisecond'))
      }
      onChange={(at: Dayjs | null) => onChange(at ? at.startOf('minute').valueOf() : null)}
    />
  );
}

type Props = { open: boolean; onPick: (at: number) => void; onClose: () => void };

export function PickTime({ open, onPick, onClose }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={open} onClose={onClose} title={t('scheduled.pickTitle')}>
      <PickForm
        onPick={(at) => {
          onClose();
          onPick(at);
        }}
      />
    </Sheet>
  );
}

function PickForm({ onPick }: { onPick: (at: number) => void }) {
  const { t } = useTranslation('chat');
  const [at, setAt] = useState<number | null>(() => pickFrom(Date.now()));
  const tooSoon = at !== null && isTooSoon(at, Date.now());
  return (
    <>
      <Field label={t('scheduled.when')} error={tooSoon ? t('scheduled.past') : undefined}>
        {({ id }) => <MomentPicker id={id} value={at} onChange={setAt} />}
      </Field>
      <Button
        type="primary"
        size="large"
        block
        disabled={at === null || tooSoon}
        onClick={() => at !== null && onPick(at)}
      >
        {t('scheduled.act')}
      </Button>
    </>
  );
}
