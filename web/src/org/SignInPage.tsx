/** Sign-in: the lane at the left, the office and its greeting at the right, joining by number at the bottom. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { Button, Checkbox, Input, type InputRef } from 'antd';
import { ArrowRight, Video } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, type DemoAccount, type Me, meKey, officeQuery, useOffice } from '@/api';
import { useFields } from '@/lib';
import { Avatar, Field, Lane, Mark, OrganisationAvatar, Sheet, useErrorWords } from '@/ui';
import { LoginField } from './LoginField';
import styles from './SignInPage.module.css';
import { WelcomeCorner } from './Welcome';

/** Only paths of this office; never another host. */
const safePath = (next: unknown): string =>
  typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';

function useSignIn() {
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ strict: false }) as { next?: string };
  return async (login: string, password: string, remember: boolean) => {
    const me = await api.post<Me>('/api/org/sign-in', { login, password, remember });
    client.setQueryData(meKey, me);
    router.history.replace(safePath(next));
  };
}

function DemoAccounts({
  accounts,
  onChoose,
}: {
  accounts: DemoAccount[];
  onChoose: (account: DemoAccount) => void;
}) {
  const { t } = useTranslation('org');
  return (
    <section className={styles.demo} aria-labelledby="demo-title">
      <h2 id="demo-title" className={styles.demoTitle}>
        {t('signIn.demo')}
      </h2>
      <div className={styles.demoList}>
        {accounts.map((account) => (
          <button
            key={account.login}
            type="button"
            className={styles.account}
            onClick={() => onChoose(account)}
          >
            <Avatar id={account.login} name={account.name} size={28} />
            <span className={styles.accountName}>{account.name}</span>
          </button>
        ))}
      </div>
    </section>
  );
}

/** A link by mail where the office sends any; otherwise whom to ask, without names, since anybody may read this. */
function Forgotten({ login }: { login: string }) {
  const { t } = useTranslation(['org', 'ui']);
  const [open, setOpen] = useState(false);
  if (useOffice()?.mail) {
    const search = { login: login.trim() || undefined } as never;
    return (
      <Link to="/forgot-password" search={search} className={styles.forgotten}>
        {t('org:signIn.forgot')}
      </Link>
    );
  }
  return (
    <>
      <button type="button" className={styles.forgotten} onClick={() => setOpen(true)}>
        {t('org:signIn.forgot')}
      </button>
      <Sheet
        open={open}
        onClose={() => setOpen(false)}
        title={t('org:signIn.forgotTitle')}
        footer={
          <Button type="primary" onClick={() => setOpen(false)}>
            {t('ui:done')}
          </Button>
        }
      >
        <p>{t('org:signIn.forgotWords')}</p>
        <p>{t('org:signIn.forgotNext')}</p>
      </Sheet>
    </>
  );
}

function SignInForm({ accounts }: { accounts: DemoAccount[] }) {
  const { t } = useTranslation('org');
  const signIn = useSignIn();
  const words = useErrorWords();
  const passwordField = useRef<InputRef>(null);
  const [keep, setKeep] = useState(true);
  const [busy, setBusy] = useState(false);
  const fields = useFields(
    { login: '', password: '' },
    {
      login: (value) => (value.trim() ? undefined : t('signIn.loginMissing')),
      password: (value) => (value ? undefined : t('signIn.passwordMissing')),
    },
  );
  const send = async (login: string, password: string) => {
    setBusy(true);
    try {
      await signIn(login.trim(), password, keep);
    } catch (error) {
      const mismatch = error instanceof ApiError && error.status === 401;
      fields.refuse('password', mismatch ? t('signIn.mismatch') : words(error));
      passwordField.current?.focus({ cursor: 'all' });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fields.check()) void send(fields.values.login, fields.values.password);
  };
  const choose = (account: DemoAccount) => {
    fields.set('login', account.login);
    fields.set('password', account.password);
    void send(account.login, account.password);
  };
  return (
    <form onSubmit={submit} noValidate>
      <LoginField
        value={fields.values.login}
        error={fields.error('login')}
        onChange={(login) => fields.set('login', login)}
      />
      <Field
        label={t('signIn.password')}
        help={<Forgotten login={fields.values.login} />}
        error={fields.error('password')}
      >
        {(props) => (
          <Input.Password
            {...props}
            ref={passwordField}
            size="large"
            autoComplete="current-password"
            value={fields.values.password}
            onChange={(event) => fields.set('password', event.target.value)}
          />
        )}
      </Field>
      <Checkbox checked={keep} onChange={(event) => setKeep(event.target.checked)}>
        {t('signIn.keep')}
      </Checkbox>
      <Button className={styles.submit} type="primary" size="large" htmlType="submit" block loading={busy}>
        {t('signIn.submit')}
      </Button>
      {accounts.length > 0 ? <DemoAccounts accounts={accounts} onChoose={choose} /> : null}
    </form>
  );
}

export default function SignInPage() {
  const { t } = useTranslation(['org', 'app']);
  const office = useQuery(officeQuery).data;
  useEffect(() => {
    document.title = office?.name ? `${office.name} · ${t('app:product')}` : t('app:product');
  }, [office?.name, t]);
  return (
    <div className={styles.page}>
      <aside className={styles.picture}>
        <Lane />
        <div className={styles.slogan}>
          <div className={styles.brand}>
            <Mark size={36} />
            {t('app:product')}
          </div>
          <p className={styles.big}>{t('org:signIn.slogan')}</p>
          <p className={styles.under}>{t('org:signIn.sloganDetail')}</p>
        </div>
      </aside>
      <main className={styles.side}>
        <div className={styles.top}>
          <span className={styles.phoneMark}>
            <Mark size={32} />
          </span>
          <WelcomeCorner />
        </div>
        <div className={styles.form}>
          {office?.name ? (
            <div className={styles.office}>
              <OrganisationAvatar id={office.name} name={office.name} />
              <div className={styles.officeWords}>
                <strong className={styles.officeName}>{office.name}</strong>
                <span className={styles.host}>{window.location.host}</span>
              </div>
            </div>
          ) : null}
          <h1 className={styles.greeting}>{t('org:signIn.greeting')}</h1>
          <SignInForm accounts={office?.demo_accounts ?? []} />
        </div>
        <Link to="/join" className={styles.join}>
          <Video size={18} strokeWidth={1.75} aria-hidden="true" />
          <span>{t('org:signIn.onlyMeeting')}</span>
          <strong>{t('org:signIn.joinByNumber')}</strong>
          <ArrowRight size={16} strokeWidth={1.75} aria-hidden="true" />
        </Link>
      </main>
    </div>
  );
}
