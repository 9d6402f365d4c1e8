/** A forgotten password: a link comes by mail. The answer is the same whoever is named. */
import { Link, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useOffice } from '@/api';
import { useFields } from '@/lib';
import { EmptyState, OrganisationAvatar, useErrorWords } from '@/ui';
import { EntryCard } from './EntryCard';
import { LoginField } from './LoginField';
import styles from './SetUpPage.module.css';

function AskForm({ onSent }: { onSent: () => void }) {
  const { t } = useTranslation('org');
  const words = useErrorWords();
  const { login = '' } = useSearch({ strict: false }) as { login?: string };
  const [busy, setBusy] = useState(false);
  const fields = useFields(
    { login },
    { login: (value) => (value.trim() ? undefined : t('signIn.loginMissing')) },
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check()) return;
    setBusy(true);
    try {
      await api.post('/api/org/password-links', { login: fields.values.login.trim() });
      onSent();
    } catch (error) {
      fields.refuse('login', words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <LoginField
        value={fields.values.login}
        error={fields.error('login')}
        onChange={(login) => fields.set('login', login)}
      />
      <div className={styles.foot}>
        <Link to="/sign-in">{t('forgotten.back')}</Link>
        <Button type="primary" size="large" htmlType="submit" loading={busy}>
          {t('forgotten.send')}
        </Button>
      </div>
    </form>
  );
}

export default function ForgotPasswordPage() {
  const { t } = useTranslation(['org', 'app']);
  const office = useOffice();
  const [sent, setSent] = useState(false);
  const name = office?.name ?? '';
  useEffect(() => {
    document.title = `${t('org:signIn.forgotTitle')} · ${t('app:product')}`;
  }, [t]);
  if (sent) {
    return (
      <EntryCard>
        <div role="status">
          <EmptyState
            alone
            drawing="pigeons"
            title={t('org:forgotten.sentTitle')}
            hint={t('org:forgotten.sentHint')}
            act={<Link to="/sign-in">{t('org:forgotten.back')}</Link>}
          />
        </div>
      </EntryCard>
    );
  }
  const byMail = office?.mail ?? true;
  return (
    <EntryCard>
      {name ? <OrganisationAvatar id={name} name={name} /> : null}
      <h1 className={styles.title}>{t('org:signIn.forgotTitle')}</h1>
      <p className={styles.detail}>{t(byMail ? 'org:forgotten.detail' : 'org:signIn.forgotWords')}</p>
      {byMail ? (
        <AskForm onSent={() => setSent(true)} />
      ) : (
        <Link to="/sign-in">{t('org:forgotten.back')}</Link>
      )}
    </EntryCard>
  );
}
