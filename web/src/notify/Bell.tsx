/** The bell with the number of unread notices; the list opens beside it, on a phone from below. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Drawer, Popover, Tooltip } from 'antd';
import { Bell as BellIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys, useNarrow } from '@/lib';
import { Count, SkeletonRows } from '@/ui';
import { noticesQuery } from './api';
import styles from './Bell.module.css';
import { unreadIn } from './model';
import { openingEvent, openingKey } from './opening';

const Panel = lazy(() => import('./Panel'));

export function Bell() {
  const { t } = useTranslation('notify');
  const narrow = useNarrow();
  const unread = unreadIn(useInfiniteQuery(noticesQuery).data);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  useKeys({ [openingKey]: () => setOpen(true) });
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(openingEvent, show);
    return () => window.removeEventListener(openingEvent, show);
  }, []);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const bell = (
    <button
      ref={button}
      type="button"
      className={styles.bell}
      aria-label={unread > 0 ? t('bellUnread', { count: unread }) : t('title')}
      aria-haspopup="dialog"
      aria-expanded={open}
      data-open={open || undefined}
      onClick={narrow ? () => setOpen(true) : undefined}
    >
      <BellIcon size={narrow ? 22 : 20} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.count} aria-hidden="true">
        <Count value={unread} />
      </span>
    </button>
  );
  const panel = (
    <Suspense fallback={<SkeletonRows rows={5} height={72} />}>
      <Panel onClose={close} />
    </Suspense>
  );
  if (narrow) {
    return (
      <>
        {bell}
        <Drawer
          open={open}
          onClose={close}
          placement="bottom"
          size="92%"
          closable={false}
          destroyOnHidden
          className="sheet"
          aria-label={t('title')}
          styles={{ body: { padding: 0, display: 'flex' } }}
        >
          {panel}
        </Drawer>
      </>
    );
  }
  return (
    <Popover
      open={open}
      // Whoever reaches for “undo” is not done with the list.
      onOpenChange={(wanted) => setOpen(wanted || document.querySelector('[data-toast]:hover') !== null)}
      trigger="click"
      placement="rightBottom"
      arrow={false}
      align={{ offset: [18, 0] }}
      destroyOnHidden
      styles={{ container: { padding: 0, overflow: 'hidden', borderRadius: 14 } }}
      content={<div className={styles.beside}>{panel}</div>}
    >
      <Tooltip
        title={open ? '' : `${t('title')} · ${openingKey.toUpperCase()}`}
        placement="right"
        mouseEnterDelay={0.5}
      >
        {bell}
      </Tooltip>
    </Popover>
  );
}
