/** The people of the office, for those who look after it. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { App, Button, Dropdown, Input, Segmented } from 'antd';
import { Ellipsis, FileUp, Search, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Department, type Member, useMe } from '@/api';
import { memberPages, useLanguage } from '@/app';
import { stamp, useNarrow, useSettled } from '@/lib';
import { Avatar, EmptyState, Failure, IconButton, SkeletonRows, Tag, useErrorWords, useToast } from '@/ui';
import { AdminFrame } from './AdminFrame';
import styles from './AdminPeoplePage.module.css';
import { DepartmentPicker } from './DepartmentPicker';
import { ImportDialog } from './ImportDialog';
import { MemberDialog } from './MemberDialog';
import { departmentsQuery, type MemberFilter, membersQuery, patchMember } from './queries';
import { ResetPasswordDialog } from './ResetPasswordDialog';
import { type Column, Rows } from './Rows';

type Status = 'active' | 'disabled';

function useColumns(): Column<Member>[] {
  const { t } = useTranslation('org');
  const language = useLanguage();
  return [
    {
      name: t('admin.person'),
      width: 'minmax(0, 1.6fr)',
      cell: (member) => (
        <span className={styles.person}>
          <Avatar id={member.id} name={member.name} src={member.avatar_url} size={36} />
          <span className={styles.words}>
            <span className={styles.name}>
              {member.name}{' '}
              {member.role === 'member' ? null : <Tag tone="primary">{t(`role.${member.role}`)}</Tag>}
            </span>
            <span className={styles.detail}>
              {[member.username, member.email].filter(Boolean).join(' · ')}
            </span>
          </span>
        </span>
      ),
    },
    {
      name: t('card.departments'),
      cell: (member) => member.departments.map(({ name }) => name).join(t('comma')),
    },
    { name: t('admin.title'), cell: (member) => member.title },
    {
      name: t('admin.lastSeen'),
      width: '140px',
      cell: (member) => (
        <span className="tabular">
          {member.last_seen_at ? stamp(member.last_seen_at, language) : t('admin.never')}
        </span>
      ),
    },
  ];
}

/** What will happen, and what one may want to do before. */
function BeforeDisabling({ member, onGo }: { member: Member; onGo: () => void }) {
  const { t } = useTranslation('org');
  const me = useMe();
  const router = useRouter();
  const go = (to: string) => {
    onGo();
    router.history.push(`${to}?member=${member.id}`);
  };
  return (
    <>
      <p>{t('admin.disableDetail')}</p>
      {memberPages(me).map(({ to, label }) => (
        <Button key={to} type="link" size="small" style={{ paddingInline: 0 }} onClick={() => go(to)}>
          {t(label)}
        </Button>
      ))}
    </>
  );
}

/** Disabling is felt by somebody else, so it is asked first; enabling is not. */
function useSwitchOff() {
  const { t } = useTranslation(['org', 'ui']);
  const client = useQueryClient();
  const { modal } = App.useApp();
  const toast = useToast();
  const words = useErrorWords();
  const turn = async (member: Member, disabled: boolean) => {
    patchMember(client, member.id, { disabled });
    try {
      await api.post(`/api/org/members/${member.id}/${disabled ? 'disable' : 'enable'}`);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    await client.invalidateQueries({ queryKey: ['org'] });
  };
  return (member: Member) => {
    if (member.disabled) {
      void turn(member, false);
      return;
    }
    const asked = modal.confirm({
      title: t('org:admin.disableTitle', { name: member.name }),
      content: <BeforeDisabling member={member} onGo={() => asked.destroy()} />,
      okText: t('org:admin.disable'),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: () => turn(member, true),
    });
  };
}

function MemberMenu({
  member,
  onEdit,
  onReset,
}: {
  member: Member;
  onEdit: () => void;
  onReset: () => void;
}) {
  const { t } = useTranslation('org');
  const me = useMe();
  const router = useRouter();
  const pages = memberPages(me);
  const switchOff = useSwitchOff();
  const mine = member.id === me.member.id;
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          { key: 'edit', label: t('admin.edit'), onClick: onEdit },
          { key: 'reset', label: t('admin.resetPassword'), onClick: onReset, disabled: mine },
          ...pages.map(({ to, label }) => ({
            key: to,
            label: t(label),
            onClick: () => router.history.push(`${to}?member=${member.id}`),
          })),
          { type: 'divider' },
          {
            key: 'off',
            label: t(member.disabled ? 'admin.enable' : 'admin.disable'),
            danger: !member.disabled,
            disabled: mine,
            onClick: () => switchOff(member),
          },
        ],
      }}
    >
      <IconButton icon={Ellipsis} label={t('admin.more', { name: member.name })} />
    </Dropdown>
  );
}

function PeopleTable({
  filter,
  onEdit,
  onReset,
}: {
  filter: MemberFilter;
  onEdit: (member: Member) => void;
  onReset: (member: Member) => void;
}) {
  const { t } = useTranslation('org');
  const columns = useColumns();
  const found = useInfiniteQuery(membersQuery(filter));
  const members = found.data?.pages.flatMap((page) => page.members) ?? [];
  if (found.isError && members.length === 0)
    return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.isPending) return <SkeletonRows rows={8} height={60} />;
  if (members.length === 0) {
    return filter.q ? (
      <EmptyState drawing="moon" title={t('none.search', { words: filter.q })} hint={t('none.searchHint')} />
    ) : (
      <EmptyState
        drawing="pigeons"
        title={t(filter.status === 'disabled' ? 'admin.noneDisabled' : 'none.all')}
      />
    );
  }
  return (
    <div className={styles.scroll}>
      <Rows
        label={t('admin.people')}
        rows={members}
        columns={columns}
        keyOf={({ id }) => id}
        dim={({ disabled }) => disabled}
        acts={(member) => (
          <MemberMenu member={member} onEdit={() => onEdit(member)} onReset={() => onReset(member)} />
        )}
      />
      {found.hasNextPage ? (
        <div className={styles.more}>
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('admin.moreRows')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

type Dialog =
  | { kind: 'edit'; member: Member | null }
  | { kind: 'reset'; member: Member }
  | { kind: 'import' }
  | null;

function Filters({
  typed,
  onType,
  status,
  onStatus,
  department,
  onDepartment,
  departments,
}: {
  typed: string;
  onType: (typed: string) => void;
  status: Status;
  onStatus: (status: Status) => void;
  department: string | undefined;
  onDepartment: (id: string | undefined) => void;
  departments: Department[];
}) {
  const { t } = useTranslation('org');
  return (
    <div className={styles.filters}>
      <Input
        className={styles.search}
        allowClear
        value={typed}
        prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
        placeholder={t('searchPlaceholder')}
        aria-label={t('searchPlaceholder')}
        onChange={(event) => onType(event.target.value)}
      />
      <div className={styles.department}>
        <DepartmentPicker
          departments={departments}
          value={department}
          placeholder={t('admin.allDepartments')}
          aria-label={t('card.departments')}
          onChange={(value) => onDepartment(value as string | undefined)}
        />
      </div>
      <Segmented<Status>
        value={status}
        onChange={onStatus}
        options={(['active', 'disabled'] as const).map((value) => ({
          value,
          label: t(`admin.status.${value}`),
        }))}
      />
    </div>
  );
}

export default function AdminPeoplePage() {
  const { t } = useTranslation('org');
  const narrow = useNarrow();
  const [typed, setTyped] = useState('');
  const [status, setStatus] = useState<Status>('active');
  const [department, setDepartment] = useState<string>();
  const [dialog, setDialog] = useState<Dialog>(null);
  const words = useSettled(typed.trim(), 150);
  const departments = useQuery(departmentsQuery).data ?? [];
  const close = () => setDialog(null);
  const filter: MemberFilter = {
    q: words || undefined,
    status,
    department,
    recursive: department ? true : undefined,
  };
  const importIcon = <FileUp size={16} strokeWidth={1.75} />;
  return (
    <AdminFrame
      page="/admin/people"
      acts={
        <>
          {narrow ? (
            <IconButton
              icon={FileUp}
              label={t('import.title')}
              onClick={() => setDialog({ kind: 'import' })}
            />
          ) : (
            <Button icon={importIcon} onClick={() => setDialog({ kind: 'import' })}>
              {t('import.title')}
            </Button>
          )}
          <Button
            type="primary"
            icon={<UserPlus size={16} strokeWidth={1.75} />}
            onClick={() => setDialog({ kind: 'edit', member: null })}
          >
            {t('admin.add')}
          </Button>
        </>
      }
    >
      <Filters
        typed={typed}
        onType={setTyped}
        status={status}
        onStatus={setStatus}
        department={department}
        onDepartment={setDepartment}
        departments={departments}
      />
      <PeopleTable
        filter={filter}
        onEdit={(member) => setDialog({ kind: 'edit', member })}
        onReset={(member) => setDialog({ kind: 'reset', member })}
      />
      <MemberDialog
        open={dialog?.kind === 'edit'}
        member={dialog?.kind === 'edit' ? dialog.member : null}
        departments={departments}
        onClose={close}
      />
      <ResetPasswordDialog member={dialog?.kind === 'reset' ? dialog.member : null} onClose={close} />
      <ImportDialog open={dialog?.kind === 'import'} onClose={close} />
    </AdminFrame>
  );
}
