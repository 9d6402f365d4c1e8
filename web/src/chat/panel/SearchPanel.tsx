/** Searching in one conversation, by words, person, kind and time, or by these alone; results open at the message. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { CalendarDays, Search, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow, useSettled } from '@/lib';
import { EmptyState, Failure, IconButton, SkeletonRows } from '@/ui';
import { foundQuery, type Search as Wanted } from '../api';
import { DayPicker } from '../days/DayPicker';
import { useNames } from '../names';
import { useChat } from '../session';
import { useOpen } from '../thread/context';
import styles from './Found.module.css';
import { FoundRow } from './FoundRow';
import { PanelHead } from './SidePanel';

type Filter = Pick<Wanted, 'from' | 'since' | 'until' | 'kind'>;

const kinds = ['text', 'image', 'files', 'voice', 'poll', 'merged', 'card', 'link'] as const;

export function SearchPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('chat');
  const [typed, setTyped] = useState('');
  const [filter, setFilter] = useState<Filter>({});
  const [filtering, setFiltering] = useState(false);
  const words = useSettled(typed.trim(), 200);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <PanelHead title={t('search.title')} onClose={onClose} />
      <div className={styles.search}>
        <Input
          autoFocus
          allowClear
          variant="filled"
          value={typed}
          prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
          placeholder={t('search.placeholder')}
          aria-label={t('search.placeholder')}
          onChange={(event) => setTyped(event.target.value)}
        />
        <DayPicker>
          <IconButton icon={CalendarDays} label={t('days.title')} aria-haspopup="dialog" />
        </DayPicker>
        <IconButton
          icon={SlidersHorizontal}
          label={t('search.filters')}
          pressed={filtering || isFiltered}
          onClick={() => setFiltering(!filtering)}
        />
      </div>
      {filtering ? <Filters filter={filter} onFilter={setFilter} /> : null}
      {words || isFiltered ? (
        <Results words={words} filter={filter} />
      ) : (
        <EmptyState compact title={t('search.begin')} hint={t('search.beginHint')} />
      )}
    </>
  );
}

function Filters({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const members = useChat((state) => state.rosters[conversation.id]?.members);
  const ids = (members ?? []).map((one) => one.member_id);
  const nameOf = useNames(ids, conversation.id);
  return (
    <div className={styles.filters}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('search.from')}
        aria-label={t('search.from')}
        value={filter.from}
        options={ids.map((id) => ({ value: id, label: nameOf(id) }))}
        onChange={(from?: string) => onFilter({ ...filter, from })}
      />
      <Select
        allowClear
        placeholder={t('search.kind')}
        aria-label={t('search.kind')}
        value={filter.kind}
        options={kinds.map((value) => ({ value, label: t(`search.kinds.${value}`) }))}
        onChange={(kind?: string) => onFilter({ ...filter, kind })}
      />
      <DatePicker.RangePicker
        allowEmpty={[true, true]}
        aria-label={t('search.when')}
        placeholder={[t('search.since'), t('search.until')]}
        disabledDate={(day) => day.isAfter(dayjs())}
        onChange={(range) =>
          onFilter({
            ...filter,
            since: range?.[0]?.startOf('day').valueOf(),
            until: range?.[1]?.endOf('day').valueOf(),
          })
        }
      />
    </div>
  );
}

function Results({ words, filter }: { words: string; filter: Filter }) {
  const { t } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const now = useNow(60_000);
  const found = useInfiniteQuery(foundQuery({ q: words, conversation: conversation.id, ...filter }));
  const hits = found.data?.pages.flatMap((page) => page.hits) ?? [];
  if (found.isError && hits.length === 0)
    return <Failure error={found.error} onRetry={() => void found.refetch()} compact />;
  if (found.isPending) return <SkeletonRows rows={5} />;
  if (hits.length === 0)
    return (
      <EmptyState compact drawing="moon" title={words ? t('search.none', { words }) : t('search.noneFits')} />
    );
  return (
    <div className={styles.results}>
      <ul className={styles.list} aria-label={t('search.results')}>
        {hits.map(({ message }) => (
          <FoundRow key={message.id} message={message} now={now} onOpen={() => acts.jump(message.seq)} />
        ))}
      </ul>
      {found.hasNextPage ? (
        <Button
          type="text"
          block
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('search.more')}
        </Button>
      ) : null}
    </div>
  );
}
