/** A new invitation: a link to pass on by hand, or a mail to each of some people. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, InputNumber, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Invitation, type Role, useOffice } from '@/api';
import { type Language, languageNames, languages, useLanguage } from '@/app';
import { Field, useErrorWords, useToast } from '@/ui';
import { DepartmentPicker } from './DepartmentPicker';
import { departmentsQuery, invitationsKey } from './queries';
import { addressesIn, emailRule } from './rules';

const lifetimesHours = [24, 24 * 7, 24 * 30];
const usesDefault = 50;
const usesMax = 1000;
const wide = { width: '100%' };

type Way = 'link' | 'mail';
type Props = { onCreated: (invitation: Invitation) => void; onMailed: () => void };

export function InvitationForm({ onCreated, onMailed }: Props) {
  const { t } = useTranslation('org');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const canMail = useOffice()?.mail ?? false;
  const departments = useQuery(departmentsQuery).data ?? [];
  const [way, setWay] = useState<Way>('link');
  const [written, setWritten] = useState('');
  const [language, setLanguage] = useState<Language>(useLanguage());
  const [role, setRole] = useState<Role>('member');
  const [places, setPlaces] = useState<string[]>([]);
  const [hours, setHours] = useState(lifetimesHours[1]);
  const [uses, setUses] = useState<number | null>(usesDefault);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const kind = { role, department_ids: places, expires_in_hours: hours };
  const create = async () =>
    onCreated(await api.post<Invitation>('/api/org/invitations', { ...kind, max_uses: uses ?? usesDefault }));
  const mail = async () => {
    const emails = addressesIn(written);
    const wrong = emails.find((email) => emailRule(email) !== undefined);
    if (emails.length === 0 || wrong) {
      setFailure(wrong ? t('invite.wrongAddress', { address: wrong }) : t('invite.noAddress'));
      return;
    }
    await api.post('/api/org/invitations/mails', { ...kind, emails, language });
    toast({ words: t('invite.mailed', { count: emails.length }) });
    onMailed();
  };
  const submit = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await (way === 'mail' ? mail() : create());
      await client.invalidateQueries({ queryKey: invitationsKey });
    } catch (error) {
      setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div style={{ paddingTop: 8 }}>
      {canMail ? (
        <Segmented<Way>
          block
          aria-label={t('invite.way')}
          style={{ marginBottom: 20 }}
          value={way}
          options={(['link', 'mail'] as const).map((value) => ({ value, label: t(`invite.ways.${value}`) }))}
          onChange={(value) => {
            setWay(value);
            setFailure(undefined);
          }}
        />
      ) : null}
      {way === 'mail' ? (
        <Field label={t('invite.addresses')} help={t('invite.addressesHelp')} error={failure}>
          {(props) => (
            <Input.TextArea
              {...props}
              autoFocus
              autoSize={{ minRows: 3, maxRows: 8 }}
              spellCheck={false}
              autoCapitalize="none"
              value={written}
              onChange={(event) => {
                setWritten(event.target.value);
                setFailure(undefined);
              }}
            />
          )}
        </Field>
      ) : null}
      <Field label={t('card.departments')} help={t('optional')}>
        {({ id }) => (
          <DepartmentPicker
            id={id}
            multiple
            departments={departments}
            value={places}
            onChange={(value) => setPlaces(value as string[])}
          />
        )}
      </Field>
      <Field label={t('admin.role')}>
        {({ id }) => (
          <Select
            id={id}
            style={wide}
            value={role}
            onChange={setRole}
            options={(['member', 'admin'] as const).map((value) => ({ value, label: t(`role.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('invite.lasts')}>
        {({ id }) => (
          <Select
            id={id}
            style={wide}
            value={hours}
            onChange={setHours}
            options={lifetimesHours.map((value) => ({ value, label: t('time.days', { count: value / 24 }) }))}
          />
        )}
      </Field>
      {way === 'mail' ? (
        <Field label={t('invite.language')}>
          {({ id }) => (
            <Select
              id={id}
              style={wide}
              value={language}
              onChange={setLanguage}
              options={languages.map((value) => ({ value, label: languageNames[value] }))}
            />
          )}
        </Field>
      ) : (
        <Field label={t('invite.uses')} error={failure}>
          {({ id }) => (
            <InputNumber id={id} style={wide} min={1} max={usesMax} value={uses} onChange={setUses} />
          )}
        </Field>
      )}
      <Button type="primary" size="large" block loading={busy} onClick={() => void submit()}>
        {t(way === 'mail' ? 'invite.send' : 'invite.create')}
      </Button>
    </div>
  );
}
