/** A new password by a mailed link. The link's secret stands behind the #, where no server and no log sees it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, type PasswordLinkSeen } from '@/api';
import { useFields } from '@/lib';
import { EmptyState, Failure, Field, PasswordStrength, SkeletonRows, useErrorWords } from '@/ui';
import { useSaid } from './AccountFields';
import { EntryCard } from './EntryCard';
import { passwordRule } from './rules';
import styles from './SetUpPage.module.css';

const empty = { password: '', again: '' };

type FormProps = { token: string; username: string; onDone: () => void; onSpent: () => void };

function NewPasswordForm({ token, username, onDone, onSpent }: FormProps) {
  const { t } = useTranslation('org');
  const words = useErrorWords();
  const said = useSaid();
  const [busy, setBusy] = useState(false);
  const fields = useFields(empty, {
    password: said(passwordRule),
    again: (value, values) => (value === values.password ? undefined : t('rules.same')),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check()) return;
    setBusy(true);
    try {
      await api.post('/api/org/password-links/use', { token, password: fields.values.password });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.status === 410) onSpent();
      else fields.refuse('password', words(error));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof typeof empty, label: string) => (
    <Field label={label} error={fields.error(name)}>
      {(props) => (
        <Input.Password
          {...props}
          size="large"
          autoFocus={name === 'password'}
          autoComplete="new-password"
          value={fields.values[name]}
          onChange={(event) => fields.set(name, event.target.value)}
          onBlur={() => {
            if (fields.values[name]) fields.leave(name);
          }}
        />
      )}
    </Field>
  );
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      {/* Browsers that keep passwords learn from it whose this one is. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      {field('password', t('mine.passwords.new'))}
      <div style={{ marginTop: -12, minHeight: 28 }}>
        <PasswordStrength password={fields.values.password} />
      </div>
      {field('again', t('mine.passwords.again'))}
      <Button type="primary" size="large" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
        {t('newPassword.save')}
      </Button>
    </form>
  );
}

function Spent() {
  const { t } = useTranslation('org');
  return (
    <EmptyState
      alone
      drawing="moon"
      title={t('newPassword.spentTitle')}
      hint={t('newPassword.spentHint')}
      act={<Link to="/forgot-password">{t('newPassword.another')}</Link>}
    />
  );
}

function useLink(token: string) {
  return useQuery({
    queryKey: ['org', 'password-link', token],
    queryFn: () => api.post<PasswordLinkSeen>('/api/org/password-links/look', { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function NewPassword({ token }: { token: string }) {
  const { t } = useTranslation(['org', 'app']);
  const link = useLink(token);
  const [state, setState] = useState<'open' | 'done' | 'spent'>('open');
  useEffect(() => {
    document.title = `${t('org:newPassword.title')} · ${t('app:product')}`;
  }, [t]);
  const isSpent = state === 'spent' || (link.error instanceof ApiError && link.error.status === 410);
  if (state === 'done') {
    return (
      <EntryCard>
        <div role="status">
          <EmptyState
            alone
            title={t('org:newPassword.doneTitle')}
            hint={t('org:newPassword.doneHint')}
            act={<Link to="/sign-in">{t('org:newPassword.signIn')}</Link>}
          />
        </div>
      </EntryCard>
    );
  }
  return (
    <EntryCard>
      {isSpent ? (
        <Spent />
      ) : link.isError ? (
        <Failure error={link.error} onRetry={() => void link.refetch()} />
      ) : (
        <>
          <h1 className={styles.title} style={{ marginTop: 0 }}>
            {t('org:newPassword.title')}
          </h1>
          {link.data ? (
            <>
              <p className={styles.detail}>{t('org:newPassword.detail', { ...link.data })}</p>
              <NewPasswordForm
                token={token}
                username={link.data.username}
                onDone={() => setState('done')}
                onSpent={() => setState('spent')}
              />
            </>
          ) : (
            <SkeletonRows rows={3} avatar={false} />
          )}
        </>
      )}
    </EntryCard>
  );
}

export default function NewPasswordPage() {
  const token = useLocation({ select: (location) => location.hash });
  // A second link in the same window is another page, though the browser only sees another hash.
  return <NewPassword key={token} token={token} />;
}
