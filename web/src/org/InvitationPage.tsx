/** Somebody was invited: their name, a username and a password, and they are in. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, type InvitationSeen, type Me, meKey, useOffice } from '@/api';
import { useLanguage } from '@/app';
import { useFields } from '@/lib';
import { EmptyState, OrganisationAvatar, SkeletonRows, useErrorWords } from '@/ui';
import { AccountFields, useAccountRules } from './AccountFields';
import { EntryCard } from './EntryCard';
import styles from './SetUpPage.module.css';

function useAccept(token: string) {
  const client = useQueryClient();
  const language = useLanguage();
  return async (body: { name: string; username: string; password: string; email: string | null }) => {
    const me = await api.post<Me>(`/api/org/invitations/by-token/${token}/accept`, { ...body, language });
    client.setQueryData(meKey, me);
  };
}

function AcceptForm({ token, email }: { token: string; email: string }) {
  const { t } = useTranslation('org');
  const navigate = useNavigate();
  const accept = useAccept(token);
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const fields = useFields({ name: '', username: '', email, password: '' }, useAccountRules());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(undefined);
    if (!fields.check()) return;
    setBusy(true);
    try {
      await accept({ ...fields.values, email: fields.values.email || null });
      await navigate({ to: '/' });
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined;
      if (field && field in fields.values) fields.refuse(field as 'name', words(error));
      else setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <AccountFields fields={fields} emailHelp={t('optional')} />
      {failure ? (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      ) : null}
      <div className={styles.foot}>
        <Link to="/sign-in">{t('accept.have')}</Link>
        <Button type="primary" size="large" htmlType="submit" loading={busy}>
          {t('accept.submit')}
        </Button>
      </div>
    </form>
  );
}

export default function InvitationPage() {
  const { t } = useTranslation('org');
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const office = useOffice();
  const invitation = useQuery({
    queryKey: ['org', 'invitation', token],
    queryFn: () => api.get<InvitationSeen>(`/api/org/invitations/by-token/${token}`),
    retry: false,
  });
  const name = invitation.data?.organisation_name ?? office?.name ?? '';
  return (
    <EntryCard>
      {invitation.isError ? (
        <EmptyState
          alone
          drawing="moon"
          title={t('accept.goneTitle')}
          hint={t('accept.goneHint')}
          act={<Link to="/sign-in">{t('accept.have')}</Link>}
        />
      ) : (
        <>
          <OrganisationAvatar id={name} name={name} />
          <h1 className={styles.title}>{t('accept.title', { office: name })}</h1>
          <p className={styles.detail}>
            {invitation.data ? t('accept.by', { name: invitation.data.invited_by }) : t('accept.detail')}
          </p>
          {invitation.isPending ? (
            <SkeletonRows rows={4} avatar={false} />
          ) : (
            <AcceptForm token={token} email={invitation.data.email ?? ''} />
          )}
        </>
      )}
    </EntryCard>
  );
}
