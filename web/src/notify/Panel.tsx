/** The list of notices: today’s and earlier ones, with everything that can be done to them. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { CheckCheck, Settings2, X } from 'lucide-react';
import { type KeyboardEvent, type UIEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '@/api';
import { useNarrow, useNow } from '@/lib';
import { EmptyState, Failure, IconButton, SkeletonRows } from '@/ui';
import { noticesQuery, useNoticeActs } from './api';
import { allIn, grouped, unreadIn } from './model';
import styles from './Panel.module.css';
import { Row } from './Row';

/** The next page is fetched when fewer pixels than this are left to scroll. */
const nearEndPx = 240;

export default function Panel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['notify', 'ui']);
  const router = useRouter();
  const narrow = useNarrow();
  const acts = useNoticeActs();
  const unread = unreadIn(useInfiniteQuery(noticesQuery).data);
  const go = (path: string) => {
    onClose();
    router.history.push(path);
  };
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section
      ref={panel}
      className={styles.panel}
      // The drawer of phones is a dialog already.
      role={narrow ? undefined : 'dialog'}
      aria-label={t('notify:title')}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className={styles.head}>
        <h2>{t('notify:title')}</h2>
        <IconButton
          icon={CheckCheck}
          label={t('notify:readAll')}
          disabled={unread === 0}
          onClick={() => void acts.readAll()}
        />
        <IconButton icon={Settings2} label={t('notify:settings')} onClick={() => go('/me#notify')} />
        {narrow ? <IconButton icon={X} label={t('ui:close')} onClick={onClose} /> : null}
      </header>
      <Listed
        onOpen={(notice) => {
          void acts.read(notice);
          go(notice.link);
        }}
        onRemove={(notice) => void acts.remove(notice)}
      />
    </section>
  );
}

type Props = { onOpen: (notice: Notice) => void; onRemove: (notice: Notice) => void };

function Listed({ onOpen, onRemove }: Props) {
  const { t } = useTranslation('notify');
  const list = useInfiniteQuery(noticesQuery);
  const now = useNow(60_000);
  const [at, setAt] = useState(0);
  const notices = allIn(list.data);
  if (list.isError && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <SkeletonRows rows={7} height={72} />;
  if (notices.length === 0) return <EmptyState drawing="pigeons" title={t('empty')} hint={t('emptyHint')} />;
  const scroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent) => {
    const isNear = scrollHeight - scrollTop - clientHeight < nearEndPx;
    if (isNear && list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  };
  // The list is one stop of the Tab key; arrows move inside, Delete removes.
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const here = Math.min(at, notices.length - 1);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: notices.length - 1 }[event.key];
    const notice = notices[here];
    if (next !== undefined) {
      event.preventDefault();
      const rows = event.currentTarget.querySelectorAll<HTMLElement>('[data-row]');
      rows[Math.max(0, Math.min(next, notices.length - 1))]?.focus();
    } else if (event.key === 'Delete' && notice) {
      onRemove(notice);
    }
  };
  const tabbable = notices[Math.min(at, notices.length - 1)]?.id;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows inside take the focus; keys bubble here
    <div className={styles.list} onScroll={scroll} onKeyDown={press}>
      {grouped(notices, now).map((group) => (
        <section key={group.name} aria-label={t(group.name)}>
          <h3 className={styles.group}>{t(group.name)}</h3>
          <ul>
            {group.notices.map((notice) => (
              <Row
                key={notice.id}
                notice={notice}
                now={now}
                tabbable={notice.id === tabbable}
                onFocus={() => setAt(notices.indexOf(notice))}
                onOpen={() => onOpen(notice)}
                onRemove={() => onRemove(notice)}
              />
            ))}
          </ul>
        </section>
      ))}
      {list.isFetchingNextPage ? <SkeletonRows rows={2} height={72} /> : null}
      {list.isFetchNextPageError ? (
        <Failure error={list.error} onRetry={() => void list.fetchNextPage()} compact />
      ) : null}
    </div>
  );
}
