/** The first column: search, filters, meetings that run, conversations. */
import { Input } from 'antd';
import { Bookmark, MessageCirclePlus, Search, Siren } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { modKey, useNarrow } from '@/lib';
import { EmptyState, Failure, IconButton, PageHeader, SkeletonRows, SoftButton } from '@/ui';
import { useGo } from '../going';
import { useChat, useSession } from '../session';
import styles from './ConversationList.module.css';
import { ConversationRow } from './ConversationRow';
import { NamedRows, useNamed } from './NamedRows';
import { NowStrip } from './NowStrip';
import { RowMenu, type RowMenuPlace } from './RowMenu';
import { countsOf, type Filter, filters, rowsOf } from './rows';
import { usePinDrag } from './usePinDrag';

type Props = { open: string | null; onNew: () => void; onLater: () => void; onUrgent: () => void };

export function ConversationList({ open, onNew, onLater, onUrgent }: Props) {
  const { t } = useTranslation('chat');
  const narrow = useNarrow();
  const [words, setWords] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const acts = (
    <>
      <IconButton icon={Siren} label={t('urgent.boxes')} onClick={onUrgent} />
      <IconButton icon={Bookmark} label={t('later.title')} onClick={onLater} />
      <IconButton icon={MessageCirclePlus} label={t('new.title')} keys="N" size={20} onClick={onNew} />
    </>
  );
  const search = (
    <Input
      className={styles.search}
      value={words}
      allowClear
      variant="filled"
      prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
      suffix={words || narrow ? undefined : <kbd className={styles.keys}>{modKey} K</kbd>}
      placeholder={t('list.searchShort')}
      aria-label={t('list.search')}
      onChange={(event) => setWords(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setWords('');
      }}
    />
  );
  return (
    <section className={styles.side} aria-label={t('list.name')}>
      {narrow ? (
        <>
          <PageHeader title={t('nav')} acts={acts} />
          <div className={styles.phoneSearch}>{search}</div>
        </>
      ) : (
        <div className={styles.head}>
          <h1 className="visually-hidden">{t('nav')}</h1>
          {search}
          {acts}
        </div>
      )}
      <Filters filter={filter} onFilter={setFilter} />
      <Rows open={open} filter={filter} words={words} onNew={onNew} />
    </section>
  );
}

function Filters({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const { t } = useTranslation('chat');
  const counts = countsOf(Object.values(useChat((state) => state.conversations)));
  return (
    <fieldset className={styles.filters}>
      <legend className="visually-hidden">{t('list.filter')}</legend>
      {filters.map((name) => {
        const count = name === 'unread' || name === 'mentions' ? counts[name] : 0;
        return (
          <button
            key={name}
            type="button"
            className={styles.filter}
            aria-pressed={filter === name}
            onClick={() => onFilter(name)}
          >
            {t(`list.${name}`)}
            {count > 0 ? <span className={styles.count}>{count}</span> : null}
          </button>
        );
      })}
    </fieldset>
  );
}

type RowsProps = { open: string | null; filter: Filter; words: string; onNew: () => void };

function Rows({ open, filter, words, onNew }: RowsProps) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const go = useGo();
  const phase = useChat((state) => state.phase);
  const failure = useChat((state) => state.failure);
  const all = useChat((state) => state.conversations);
  const [menu, setMenu] = useState<RowMenuPlace | null>(null);
  const [at, setAt] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const rows = rowsOf(Object.values(all), filter, words, open);
  const named = useNamed({ words, shown: new Set(rows.map(({ id }) => id)) });
  const drag = usePinDrag();
  const isFound = named.people.length + named.conversations.length > 0;
  if (phase === 'failed') return <Failure error={failure} onRetry={() => void store.start()} />;
  if (phase === 'waiting') return <SkeletonRows rows={9} />;
  const press = (event: KeyboardEvent) => {
    const stops = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const here = stops.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (here < 0 || to === undefined || event.altKey) return;
    event.preventDefault();
    stops[Math.max(0, Math.min(to, stops.length - 1))]?.focus();
  };
  const tabbable = [at, open].find((id) => rows.some((row) => row.id === id)) ?? rows[0]?.id;
  return (
    <div className={styles.scroll}>
      {words ? null : <NowStrip />}
      {rows.length === 0 && isFound ? null : rows.length === 0 ? (
        <EmptyState
          compact
          drawing={words ? 'moon' : 'pigeons'}
          title={words ? t('list.none', { words }) : t(`list.empty.${filter}`)}
          hint={words || filter !== 'all' ? undefined : t('list.emptyHint')}
          act={
            words || filter !== 'all' ? undefined : <SoftButton onClick={onNew}>{t('new.title')}</SoftButton>
          }
        />
      ) : (
        <ul ref={list} className={styles.rows} aria-label={t('list.name')} onKeyDown={press}>
          {rows.map((conversation) => (
            <ConversationRow
              key={conversation.id}
              conversation={conversation}
              isOpen={conversation.id === open}
              tabbable={conversation.id === tabbable}
              drag={words ? undefined : drag(conversation)}
              onFocus={() => setAt(conversation.id)}
              onOpen={() => go(conversation.id)}
              onMenu={(x, y) => setMenu({ id: conversation.id, x, y })}
            />
          ))}
        </ul>
      )}
      <NamedRows {...named} />
      <RowMenu place={menu} onClose={() => setMenu(null)} />
    </div>
  );
}
