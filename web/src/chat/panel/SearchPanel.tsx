/** Searching in one conversation or in all, by words, person, kind and time, or by these alone; results open at the message. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, DatePicker, Input, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { CalendarDays, Search, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow, useSettled } from '@/lib';
import { MemberPicker } from '@/org';
import { EmptyState, Failure, IconButton, SkeletonRows } from '@/ui';
import { foundQuery, type Search as Wanted } from '../api';
import { DayPicker } from '../days/DayPicker';
import { useGo } from '../going';
import { useNames } from '../names';
import { useChat } from '../session';
import { useOpen } from '../thread/context';
import styles from './Found.module.css';
import { FoundRow } from './FoundRow';
import { PanelHead } from './SidePanel';

type Filter = Pick<Wanted, 'from' | 'since' | 'until' | 'kind'>;

type Scope = 'here' | 'everywhere';

const kinds = ['text', 'image', 'files', 'voice', 'poll', 'merged', 'card', 'subject', 'link'] as const;

export function SearchPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('chat');
  const [typed, setTyped] = useState('');
  const [scope, setScope] = useState<Scope>('here');
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
          placeholder={t(`search.words.${scope}`)}
          aria-label={t(`search.words.${scope}`)}
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
      <div className={styles.scope}>
        <Segmented<Scope>
          block
          aria-label={t('search.scope')}
          value={scope}
          options={(['here', 'everywhere'] as const).map((value) => ({
            value,
            label: t(`search.scopes.${value}`),
          }))}
          onChange={setScope}
        />
      </div>
      {filtering ? <Filters scope={scope} filter={filter} onFilter={setFilter} /> : null}
      {words || isFiltered ? (
        <Results scope={scope} words={words} filter={filter} />
      ) : (
        <EmptyState compact title={t('search.begin')} hint={t('search.beginHint')} />
      )}
    </>
  );
}

type FiltersProps = { scope: Scope; filter: Filter; onFilter: (filter: Filter) => void };

function Filters({ scope, filter, onFilter }: FiltersProps) {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const members = useChat((state) => state.rosters[conversation.id]?.members);
  const ids = (members ?? []).map((one) => one.member_id);
  const nameOf = useNames(ids, conversation.id);
  return (
    <div className={styles.filters}>
      {scope === 'here' ? (
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('search.from')}
          aria-label={t('search.from')}
          value={filter.from}
          options={ids.map((id) => ({ value: id, label: nameOf(id) }))}
          onChange={(from?: string) => onFilter({ ...filter, from })}
        />
      ) : (
        <MemberPicker
          placeholder={t('search.from')}
          value={filter.from}
          onChange={(from) => onFilter({ ...filter, from })}
        />
      )}
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

function Results({ scope, words, filter }: { scope: Scope; words: string; filter: Filter }) {
  const { t } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const now = useNow(60_000);
  const go = useGo();
  const isEverywhere = scope === 'everywhere';
  const found = useInfiniteQuery(
    foundQuery({ q: words, conversation: isEverywhere ? undefined : conversation.id, ...filter }),
  );
  const hits = found.data?.pages.flatMap((page) => page.hits) ?? [];
  if (found.isError && hits.length === 0)
    return <Failure error={found.error} onRetry={() => void found.refetch()} compact />;
  if (found.isPending) return <SkeletonRows rows={5} />;
  if (hits.length === 0)
    return (
      <EmptyState
        compact
        drawing="moon"
        title={words ? t('search.none', { words }) : t(`search.noneFits.${scope}`)}
      />
    );
  return (
    <div className={styles.results}>
      <ul className={styles.list} aria-label={t('search.results')}>
        {hits.map(({ message, conversation_title }) => (
          <FoundRow
            key={message.id}
            message={message}
            now={now}
            where={isEverywhere ? conversation_title : undefined}
            onOpen={() =>
              message.conversation_id === conversation.id
                ? acts.jump(message.seq)
                : go(message.conversation_id, { at: message.seq })
            }
          />
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
