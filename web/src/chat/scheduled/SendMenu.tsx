/** Beside the send button: the same words later, or so that nobody overlooks them. */
import { Dropdown } from 'antd';
import { CalendarClock, ChevronDown, Clock, Siren } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clockTime, longDay } from '@/lib';
import { IconButton } from '@/ui';
import { PickTime } from './PickTime';
import styles from './SendMenu.module.css';
import { momentsFrom } from './times';

type Props = { disabled: boolean; onSchedule: (at: number) => void; onUrgent?: () => void };

export function SendMenu({ disabled, onSchedule, onUrgent }: Props) {
  const { t, i18n } = useTranslation('chat');
  const [open, setOpen] = useState(false);
  const [picking, setPicking] = useState(false);
  const now = Date.now();
  const items = [
    ...momentsFrom(now).map(({ name, at }) => ({
      key: name,
      icon: <Clock size={16} strokeWidth={1.75} aria-hidden="true" />,
      label: (
        <span className={styles.moment}>
          {t(`scheduled.${name}`)}
          <small>
            {name === 'laterToday' ? null : `${longDay(at, i18n.language)} `}
            {clockTime(at, i18n.language)}
          </small>
        </span>
      ),
      onClick: () => onSchedule(at),
    })),
    {
      key: 'pick',
      icon: <CalendarClock size={16} strokeWidth={1.75} aria-hidden="true" />,
      label: t('scheduled.pick'),
      onClick: () => setPicking(true),
    },
    ...(onUrgent
      ? [
          { key: 'line', type: 'divider' as const },
          {
            key: 'urgent',
            icon: <Siren size={16} strokeWidth={1.75} aria-hidden="true" />,
            label: t('urgent.send'),
            onClick: onUrgent,
          },
        ]
      : []),
  ];
  return (
    <>
      <Dropdown
        open={open}
        onOpenChange={setOpen}
        trigger={['click']}
        placement="topRight"
        autoFocus
        menu={{ items, 'aria-label': t('scheduled.menu') }}
      >
        <IconButton
          className={styles.more}
          icon={ChevronDown}
          size={16}
          label={t('scheduled.menu')}
          disabled={disabled}
          aria-haspopup="menu"
          aria-expanded={open}
        />
      </Dropdown>
      <PickTime open={picking} onPick={onSchedule} onClose={() => setPicking(false)} />
    </>
  );
}
