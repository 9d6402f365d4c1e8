/** Invitations: links that let people in, until they expire or are used up. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link2, QrCode, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Invitation } from '@/api';
import { useLanguage } from '@/app';
import { stamp, useNow } from '@/lib';
import { EmptyState, Failure, IconButton, Sheet, SkeletonRows, Tag, useErrorWords, useToast } from '@/ui';
import { AdminFrame } from './AdminFrame';
import { InvitationForm } from './InvitationForm';
import { InviteLink, invitationLink } from './InviteLink';
import { departmentsQuery, invitationsKey } from './queries';
import { type Column, Rows } from './Rows';

function useInvitations() {
  return useQuery({
    queryKey: invitationsKey,
    queryFn: async () => (await api.get<{ invitations: Invitation[] }>('/api/org/invitations')).invitations,
  });
}

/** Withdrawing is shown at once, and taken back when the office refuses. */
function useWithdraw() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  return async (invitation: Invitation) => {
    client.setQueryData<Invitation[]>(invitationsKey, (list) =>
      list?.filter(({ id }) => id !== invitation.id),
    );
    try {
      await api.delete(`/api/org/invitations/${invitation.id}`);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    await client.invalidateQueries({ queryKey: invitationsKey });
  };
}

function useColumns(): Column<Invitation>[] {
  const { t } = useTranslation('org');
  const language = useLanguage();
  const now = useNow(60_000);
  const departments = useQuery(departmentsQuery).data ?? [];
  const nameOf = (id: string) => departments.find((department) => department.id === id)?.name;
  return [
    {
      name: t('card.departments'),
      width: 'minmax(0, 1.4fr)',
      cell: ({ role, department_ids, email }) => (
        <span
          style={{
            display: 'inline-flex',
            flexWrap: 'wrap',
            gap: '0 8px',
            alignItems: 'center',
            fontSize: 14,
          }}
        >
          {email ? <span style={{ overflowWrap: 'anywhere' }}>{email}</span> : null}
          {department_ids.map(nameOf).filter(Boolean).join(t('comma')) || t('invite.anywhere')}
          {role === 'member' ? null : <Tag tone="primary">{t(`role.${role}`)}</Tag>}
        </span>
      ),
    },
    {
      name: t('invite.used'),
      width: '120px',
      cell: ({ uses, max_uses }) => <span className="tabular">{`${uses} / ${max_uses}`}</span>,
    },
    {
      name: t('invite.expires'),
      width: '200px',
      cell: ({ expires_at }) =>
        expires_at < now ? (
          <Tag tone="danger">{t('invite.expired')}</Tag>
        ) : (
          <span className="tabular">{stamp(expires_at, language)}</span>
        ),
    },
    { name: t('invite.by'), cell: ({ created_by }) => created_by },
  ];
}

export default function AdminInvitationsPage() {
  const { t } = useTranslation(['org', 'ui']);
  const invitations = useInvitations();
  const withdraw = useWithdraw();
  const columns = useColumns();
  const [dialog, setDialog] = useState<'new' | Invitation | null>(null);
  const shown = dialog === 'new' ? null : dialog;
  const create = (
    <Button type="primary" icon={<Link2 size={16} strokeWidth={1.75} />} onClick={() => setDialog('new')}>
      {t('org:invite.new')}
    </Button>
  );
  const list = invitations.data ?? [];
  return (
    <AdminFrame page="/admin/invitations" acts={list.length > 0 ? create : null}>
      {invitations.isError && !invitations.data ? (
        <Failure error={invitations.error} onRetry={() => void invitations.refetch()} />
      ) : invitations.isPending ? (
        <SkeletonRows rows={5} avatar={false} />
      ) : list.length === 0 ? (
        <EmptyState title={t('org:invite.none')} hint={t('org:invite.noneHint')} act={create} />
      ) : (
        <div style={{ flex: 1, overflowY: 'auto', minHeight: 0, paddingTop: 8 }}>
          <Rows
            label={t('org:admin.invitations')}
            rows={list}
            columns={[
              ...columns,
              {
                name: '',
                width: '84px',
                cell: (invitation) => (
                  <span style={{ display: 'inline-flex', gap: 4 }}>
                    <IconButton
                      icon={QrCode}
                      label={t('org:invite.show')}
                      onClick={() => setDialog(invitation)}
                    />
                    <IconButton
                      icon={Trash2}
                      tone="danger"
                      label={t('org:invite.withdraw')}
                      onClick={() => void withdraw(invitation)}
                    />
                  </span>
                ),
              },
            ]}
            keyOf={({ id }) => id}
          />
        </div>
      )}
      <Sheet
        open={dialog !== null}
        title={shown ? t('org:invite.link') : t('org:invite.new')}
        onClose={() => setDialog(null)}
      >
        {shown ? (
          <InviteLink link={invitationLink(shown.token)} />
        ) : (
          <InvitationForm onCreated={setDialog} onMailed={() => setDialog(null)} />
        )}
      </Sheet>
    </AdminFrame>
  );
}
