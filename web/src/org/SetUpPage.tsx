/** The first minutes of an office: its name, its administrator, a look at the network, the first invitation. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, type Invitation, type Me, meKey, officeKey, useMaybeMe, useOffice } from '@/api';
import { useLanguage } from '@/app';
import { useFields } from '@/lib';
import { Mark, SoftButton, useErrorWords } from '@/ui';
import { AccountFields, TextField, useAccountRules, useSaid } from './AccountFields';
import { InviteLink, invitationLink } from './InviteLink';
import { NetworkChecks } from './NetworkChecks';
import { nameRule } from './rules';
import styles from './SetUpPage.module.css';
import { SetUpPreview } from './SetUpPreview';
import { Steps } from './Steps';
import { WelcomeCorner } from './Welcome';

const stepNames = ['office', 'administrator', 'network', 'invite'] as const;
const weekHours = 24 * 7;
const inviteUsesMax = 100;

function useSetUpFields() {
  const { t } = useTranslation('org');
  const { token = '' } = useSearch({ strict: false }) as { token?: string };
  const said = useSaid();
  const account = useAccountRules();
  return useFields(
    { token, office_name: '', name: '', username: '', email: '', password: '' },
    {
      token: (value) => (value.trim() ? undefined : t('setUp.tokenMissing')),
      office_name: said(nameRule),
      ...account,
    },
  );
}

type Fields = ReturnType<typeof useSetUpFields>;
type FieldName = keyof Fields['values'];

function OfficeStep({ fields }: { fields: Fields }) {
  const { token } = useSearch({ strict: false }) as { token?: string };
  const { t } = useTranslation('org');
  return (
    <>
      <TextField fields={fields} name="office_name" help={t('setUp.officeHelp')} />
      {token && !fields.error('token') ? null : (
        <TextField fields={fields} name="token" help={t('setUp.tokenHelp')} />
      )}
    </>
  );
}

function InviteStep() {
  const { t } = useTranslation('org');
  const words = useErrorWords();
  const [invitation, setInvitation] = useState<Invitation>();
  const [failure, setFailure] = useState<string>();
  const create = async () => {
    setFailure(undefined);
    try {
      const body = {
        role: 'member',
        department_ids: [],
        expires_in_hours: weekHours,
        max_uses: inviteUsesMax,
      };
      setInvitation(await api.post<Invitation>('/api/org/invitations', body));
    } catch (error) {
      setFailure(words(error));
    }
  };
  if (invitation) return <InviteLink link={invitationLink(invitation.token)} />;
  return (
    <>
      <SoftButton size="large" onClick={() => void create()}>
        {t('setUp.createLink')}
      </SoftButton>
      {failure ? (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      ) : null}
    </>
  );
}

/** Creates the office and its administrator, and signs the administrator in. */
function useCreateOffice(fields: Fields) {
  const client = useQueryClient();
  const language = useLanguage();
  return async () => {
    const { email, ...rest } = fields.values;
    const me = await api.post<Me>('/api/org/set-up', { ...rest, email: email || null, language });
    client.setQueryData(meKey, me);
    await client.invalidateQueries({ queryKey: officeKey });
  };
}

const asked: FieldName[][] = [['office_name', 'token'], ['name', 'username', 'email', 'password'], [], []];

export default function SetUpPage() {
  const { t } = useTranslation(['org', 'app']);
  const navigate = useNavigate();
  const office = useOffice();
  const me = useMaybeMe();
  const words = useErrorWords();
  const fields = useSetUpFields();
  const createOffice = useCreateOffice(fields);
  const [step, setStep] = useState(0);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const finished = office?.set_up === true && step === 0;
  useEffect(() => {
    if (finished) void navigate({ to: me ? '/' : '/sign-in', replace: true });
  }, [finished, me, navigate]);

  const submit = async () => {
    setFailure(undefined);
    if (!fields.check(asked[step])) return;
    if (step === stepNames.length - 1) {
      await navigate({ to: '/' });
      return;
    }
    if (step !== 1) {
      setStep(step + 1);
      return;
    }
    setBusy(true);
    try {
      await createOffice();
      setStep(2);
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined;
      if (field && field in fields.values) {
        fields.refuse(field as FieldName, words(error));
        if (asked[0]?.includes(field as FieldName)) setStep(0);
      } else setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  const name = stepNames[step] ?? 'office';
  const nextName = stepNames[step + 1];
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <Mark size={32} />
          {t('app:product')}
        </span>
        <WelcomeCorner />
      </header>
      <main className={styles.body}>
        <form
          className={styles.card}
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Steps names={stepNames.map((each) => t(`org:setUp.step.${each}`))} current={step} />
          <h1 className={styles.title}>{t(`org:setUp.title.${name}`)}</h1>
          <p className={styles.detail}>{t(`org:setUp.detail.${name}`)}</p>
          {step === 0 ? <OfficeStep fields={fields} /> : null}
          {step === 1 ? <AccountFields fields={fields} emailHelp={t('org:setUp.emailHelp')} /> : null}
          {step === 2 ? <NetworkChecks /> : null}
          {step === 3 ? <InviteStep /> : null}
          {failure ? (
            <p role="alert" className={styles.failure}>
              {failure}
            </p>
          ) : null}
          <div className={styles.foot}>
            {step === 1 || step === 3 ? (
              <Button type="text" size="large" onClick={() => setStep(step - 1)}>
                {t('org:setUp.back')}
              </Button>
            ) : (
              <span />
            )}
            <Button type="primary" size="large" htmlType="submit" loading={busy}>
              {nextName
                ? t('org:setUp.next', { step: t(`org:setUp.act.${nextName}`) })
                : t('org:setUp.enter')}
            </Button>
          </div>
        </form>
        <SetUpPreview office={fields.values.office_name} name={fields.values.name} />
      </main>
    </div>
  );
}
