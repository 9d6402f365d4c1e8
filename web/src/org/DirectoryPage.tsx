/** The directory: departments, the people in one, and the card of one person. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Drawer, Input, Segmented } from 'antd';
import { ChevronRight, MessageCircle, MessagesSquare, Search, Video, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Department, type Member, type Presence, useMe } from '@/api';
import { useMedia, useNarrow, useSettled } from '@/lib';
import { EmptyState, Failure, IconButton, PageHeader, SkeletonRows } from '@/ui';
import { useCalling } from './calling';
import { DepartmentTree } from './DepartmentTree';
import styles from './DirectoryPage.module.css';
import { MemberCard } from './MemberCard';
import { MemberList } from './MemberList';
import { useMessaging } from './messaging';
import { departmentsQuery, fetchEverybody, type MemberFilter, membersQuery, totalQuery } from './queries';
import { childrenOf, pathTo } from './tree';

/** How many people one meeting may ring at once from here. */
const ringPeopleMax = 100;

type Where = { d?: string; m?: string };

function useWhere() {
  const where = useSearch({ strict: false }) as Where;
  const navigate = useNavigate();
  const go = (change: Where, replace = false) =>
    void navigate({ to: '/people', search: { ...where, ...change } as never, replace });
  return { department: where.d ?? null, member: where.m ?? null, go };
}

type Segment = 'all' | Extract<Presence, 'online' | 'in_meeting'>;

function useCounts(filter: MemberFilter) {
  const all = useQuery(totalQuery(filter)).data;
  const online = useQuery(totalQuery({ ...filter, presence: 'online' })).data;
  const meeting = useQuery(totalQuery({ ...filter, presence: 'in_meeting' })).data;
  return { all, online, in_meeting: meeting };
}

/** People ticked to be rung together. */
function useTicked() {
  const [ticked, setTicked] = useState<ReadonlyMap<string, Member> | null>(null);
  const tick = (member: Member) =>
    setTicked((before) => {
      const next = new Map(before);
      if (!next.delete(member.id)) next.set(member.id, member);
      return next;
    });
  return { ticked, tick, start: () => setTicked(new Map()), stop: () => setTicked(null) };
}

function RingBar({ people, onStop }: { people: Member[]; onStop: () => void }) {
  const { t } = useTranslation(['org', 'ui']);
  const { call, busy } = useCalling();
  const messaging = useMessaging();
  const narrow = useNarrow();
  const [only] = people;
  const message = () =>
    void messaging.open((acts) =>
      people.length === 1 && only
        ? acts.messagePerson(only.id)
        : acts.messagePeople(people.map(({ id, name }) => ({ id, name }))),
    );
  return (
    <section className={styles.ring} aria-label={t('org:ring.bar')}>
      <IconButton icon={X} label={t('ui:cancel')} onClick={onStop} />
      <span className={styles.ringWords} aria-live="polite">
        {people.length > 0 ? people.map(({ name }) => name).join(t('org:comma')) : t('org:ring.none')}
      </span>
      <Button
        icon={<MessageCircle size={16} strokeWidth={1.75} />}
        aria-label={t(people.length > 1 ? 'org:ring.group' : 'org:ring.message')}
        disabled={people.length === 0}
        loading={messaging.busy}
        onClick={message}
      >
        {narrow ? null : t(people.length > 1 ? 'org:ring.group' : 'org:ring.message')}
      </Button>
      <Button
        type="primary"
        icon={<Video size={16} strokeWidth={1.75} />}
        disabled={people.length === 0}
        loading={busy}
        onClick={() => void call(people.map(({ id, name }) => ({ id, name })))}
      >
        {t('org:ring.act', { count: people.length })}
      </Button>
    </section>
  );
}

/** On phones the departments below this one are rows above its people. */
function SubDepartments({
  departments,
  parent,
  onOpen,
}: {
  departments: Department[];
  parent: string | null;
  onOpen: (id: string) => void;
}) {
  const below = childrenOf(departments, parent);
  if (below.length === 0) return null;
  return (
    <ul className={styles.sub}>
      {below.map((department) => (
        <li key={department.id}>
          <button type="button" className={styles.subRow} onClick={() => onOpen(department.id)}>
            <span className={styles.subName}>{department.name}</span>
            <span className={styles.subCount}>{department.member_count}</span>
            <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function People({
  filter,
  words,
  head,
}: {
  filter: MemberFilter;
  words: string;
  head: Department | undefined;
}) {
  const { t } = useTranslation('org');
  const { member, go } = useWhere();
  const narrow = useNarrow();
  const [segment, setSegment] = useState<Segment>('all');
  const counts = useCounts(filter);
  const found = useInfiniteQuery(membersQuery(segment === 'all' ? filter : { ...filter, presence: segment }));
  const { ticked, tick, start, stop } = useTicked();
  const members = found.data?.pages.flatMap((page) => page.members) ?? [];
  const more = useCallback(() => void found.fetchNextPage(), [found.fetchNextPage]);
  const label = (name: Segment) => (
    <span>
      {t(`segment.${name}`)} <span className="tabular">{counts[name]}</span>
    </span>
  );
  return (
    <>
      <div className={styles.filters}>
        <Segmented<Segment>
          value={segment}
          onChange={setSegment}
          options={(['all', 'online', 'in_meeting'] as const).map((value) => ({
            value,
            label: label(value),
          }))}
        />
        {ticked ? null : (
          <button type="button" className={styles.several} onClick={start}>
            {t(narrow ? 'ring.chooseShort' : 'ring.choose')}
          </button>
        )}
      </div>
      {found.isError && members.length === 0 ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <SkeletonRows rows={9} />
      ) : members.length === 0 ? (
        <EmptyState
          drawing={words ? 'moon' : 'pigeons'}
          title={words ? t('none.search', { words }) : t(`none.${segment}`)}
          hint={words ? t('none.searchHint') : undefined}
        />
      ) : (
        <MemberList
          members={members}
          headId={head?.head_id}
          selected={member}
          onSelect={(id) => go({ m: id })}
          ticked={ticked ? new Set(ticked.keys()) : null}
          onTick={tick}
          more={found.hasNextPage && !found.isFetchingNextPage}
          onMore={more}
        />
      )}
      {ticked ? <RingBar people={[...ticked.values()]} onStop={stop} /> : null}
    </>
  );
}

/** The card: beside the list, as a drawer over it, or as a page on phones. */
function Card({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('org');
  const narrow = useNarrow();
  const wide = useMedia('(min-width: 1280px)');
  if (wide) {
    return (
      <aside className={styles.card} aria-label={t('card.label')}>
        <MemberCard key={id} id={id} onClose={onClose} />
      </aside>
    );
  }
  return (
    <Drawer
      open
      onClose={onClose}
      size={narrow ? '100%' : 336}
      closable={false}
      mask={!narrow}
      styles={{ body: { padding: 0 } }}
    >
      <MemberCard key={id} id={id} onClose={onClose} />
    </Drawer>
  );
}

function Header({
  here,
  path,
  words,
  filter,
}: {
  here: Department | undefined;
  path: Department[];
  words: string;
  filter: MemberFilter;
}) {
  const { t } = useTranslation('org');
  const me = useMe();
  const narrow = useNarrow();
  const { department, go } = useWhere();
  const { call, busy } = useCalling();
  const messaging = useMessaging();
  const counts = useCounts(filter);
  const head = useHeadName(here);
  const meet = () =>
    void call(
      async () => {
        const people = await fetchEverybody({ ...filter, status: 'active' }, ringPeopleMax);
        return people.filter(({ id }) => id !== me.member.id).map(({ id, name }) => ({ id, name }));
      },
      { audioOnly: false, title: here?.name },
    );
  const title = words ? t('searchTitle') : (here?.name ?? me.organisation.name);
  const facts = [
    counts.all === undefined ? null : t('people', { count: counts.all }),
    counts.online === undefined ? null : t('online', { count: counts.online + (counts.in_meeting ?? 0) }),
    head && !words ? t('headIs', { name: head }) : null,
  ];
  return (
    <PageHeader
      title={title}
      detail={facts.filter(Boolean).join(' · ')}
      onBack={narrow && department ? () => go({ d: path.at(-2)?.id, m: undefined }) : undefined}
      acts={
        here && !words ? (
          <>
            <IconButton
              icon={MessagesSquare}
              label={t('messageAll')}
              size={20}
              disabled={messaging.busy}
              onClick={() => void messaging.open((acts) => acts.messageDepartment(here.id))}
            />
            <Button
              type="primary"
              icon={<Video size={16} strokeWidth={1.75} />}
              loading={busy}
              onClick={meet}
            >
              {narrow ? t('meetShort') : t('meetAll')}
            </Button>
          </>
        ) : null
      }
    />
  );
}

function useHeadName(here: Department | undefined): string | undefined {
  const people = useInfiniteQuery({
    ...membersQuery({ department: here?.id, recursive: true }),
    enabled: Boolean(here?.head_id),
  });
  return people.data?.pages.flatMap((page) => page.members).find(({ id }) => id === here?.head_id)?.name;
}

export default function DirectoryPage() {
  const { t } = useTranslation(['org', 'app']);
  const me = useMe();
  const narrow = useNarrow();
  const { department, member, go } = useWhere();
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim(), 150);
  const departments = useQuery(departmentsQuery);
  const total = useQuery(totalQuery({ recursive: true })).data;
  const path = pathTo(departments.data ?? [], department);
  const here = path.at(-1);
  const filter: MemberFilter = words
    ? { q: words }
    : { department: department ?? undefined, recursive: true };
  const select = (id: string | null) => {
    setTyped('');
    go({ d: id ?? undefined, m: narrow ? undefined : (member ?? undefined) });
  };
  useEffect(() => {
    document.title = `${t('org:nav')} · ${t('app:product')}`;
  }, [t]);
  const search = (
    <Input
      className={styles.search}
      value={typed}
      allowClear
      variant="filled"
      prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
      placeholder={t('org:searchPlaceholder')}
      aria-label={t('org:searchPlaceholder')}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setTyped('');
      }}
    />
  );
  return (
    <div className={styles.page}>
      {narrow ? null : (
        <div className={styles.side}>
          {search}
          <div className={styles.sideTitle}>{t('org:departments')}</div>
          <div className={styles.tree}>
            {departments.data ? (
              <DepartmentTree
                departments={departments.data}
                organisation={me.organisation.name}
                total={total}
                selected={words ? null : department}
                onSelect={select}
              />
            ) : departments.isError ? (
              <Failure error={departments.error} onRetry={() => void departments.refetch()} compact />
            ) : (
              <SkeletonRows rows={8} height={34} avatar={false} />
            )}
          </div>
        </div>
      )}
      <section className={styles.list} aria-label={t('org:nav')}>
        <Header here={here} path={path} words={words} filter={filter} />
        {narrow ? <div className={styles.phoneSearch}>{search}</div> : null}
        {narrow && !words ? (
          <SubDepartments departments={departments.data ?? []} parent={department} onOpen={select} />
        ) : null}
        <People key={words || (department ?? '')} filter={filter} words={words} head={here} />
      </section>
      {member ? <Card id={member} onClose={() => go({ m: undefined })} /> : null}
    </div>
  );
}
