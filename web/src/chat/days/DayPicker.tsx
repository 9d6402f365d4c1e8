/** A calendar over the thread: days on which something was said lead to what was said first on them. */
import { useQuery } from '@tanstack/react-query';
import { Button, Calendar, Popover } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import 'dayjs/locale/zh-cn';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton, useErrorWords, useToast } from '@/ui';
import { useOpen } from '../thread/context';
import { daysQuery, seqAt } from './api';
import styles from './DayPicker.module.css';

type Props = { at?: number; children: ReactElement };

export function DayPicker({ at, children }: Props) {
  const { t } = useTranslation('chat');
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      arrow={false}
      destroyOnHidden
      content={
        <section className={styles.picker} aria-label={t('days.title')}>
          <Month at={at ?? Date.now()} onDone={() => setOpen(false)} />
        </section>
      }
    >
      {children}
    </Popover>
  );
}

function Month({ at, onDone }: { at: number; onDone: () => void }) {
  const { t, i18n } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const toast = useToast();
  const words = useErrorWords();
  const [shown, setShown] = useState(() => dayjs(at));
  const { data: days = [] } = useQuery(daysQuery(conversation.id, shown.format('YYYY-MM')));
  const go = async (day: Dayjs) => {
    try {
      const seq = await seqAt(conversation.id, day.startOf('day').valueOf());
      onDone();
      if (seq !== null) acts.jump(seq);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  const has = (day: Dayjs) => day.isSame(shown, 'month') && days.includes(day.date());
  const title = new Intl.DateTimeFormat(i18n.language, { year: 'numeric', month: 'long' }).format(
    shown.valueOf(),
  );
  return (
    <Calendar
      fullscreen={false}
      value={shown}
      disabledDate={(day) => !has(day)}
      onSelect={(day, { source }) => {
        if (source === 'date' && has(day)) void go(day);
        else setShown(day);
      }}
      headerRender={() => (
        <header className={styles.head}>
          <IconButton
            icon={ChevronLeft}
            label={t('days.before')}
            onClick={() => setShown(shown.subtract(1, 'month'))}
          />
          <b aria-live="polite">{title}</b>
          <IconButton
            icon={ChevronRight}
            label={t('days.after')}
            disabled={!shown.isBefore(dayjs(), 'month')}
            onClick={() => setShown(shown.add(1, 'month'))}
          />
        </header>
      )}
      fullCellRender={(day) => (
        <Button
          type="text"
          size="small"
          className={styles.day}
          disabled={!has(day)}
          data-today={day.isSame(dayjs(), 'day') || undefined}
          aria-label={new Intl.DateTimeFormat(i18n.language, { dateStyle: 'long' }).format(day.valueOf())}
        >
          {day.date()}
        </Button>
      )}
    />
  );
}
