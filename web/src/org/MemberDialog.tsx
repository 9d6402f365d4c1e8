/** Adds a person, or changes what is known about one. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, type Department, type Member, type MemberCreated, type Role, useMe } from '@/api';
import { useLanguage } from '@/app';
import { useFields } from '@/lib';
import { Field, Sheet, useErrorWords } from '@/ui';
import { DepartmentPicker } from './DepartmentPicker';
import styles from './MemberDialog.module.css';
import { NewPassword } from './NewPassword';
import { emailRule, nameRule, usernameFrom, usernameRule } from './rules';

const empty = { name: '', username: '', email: '', phone: '', title: '', employee_no: '' };
type FieldName = keyof typeof empty;

const valuesOf = (member: Member | null): typeof empty =>
  member
    ? {
        name: member.name,
        username: member.username,
        email: member.email ?? '',
        phone: member.phone ?? '',
        title: member.title ?? '',
        employee_no: member.employee_no ?? '',
      }
    : empty;

function useMemberFields() {
  const { t } = useTranslation('org');
  const say = (rule: (value: string) => string | undefined) => (value: string) => {
    const key = rule(value);
    return key ? t(key) : undefined;
  };
  return useFields(empty, { name: say(nameRule), username: say(usernameRule), email: say(emailRule) });
}

type Props = { open: boolean; member: Member | null; departments: Department[]; onClose: () => void };

/** The dialog's model: what is typed, and how it is sent. */
function useMemberForm({ open, member, onClose }: Props) {
  const client = useQueryClient();
  const words = useErrorWords();
  const language = useLanguage();
  const fields = useMemberFields();
  const [role, setRole] = useState<Role>('member');
  const [places, setPlaces] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [created, setCreated] = useState<{ username: string; password: string }>();
  const { reset } = fields;
  // biome-ignore lint/correctness/useExhaustiveDependencies: filled once, when the dialog opens
  useEffect(() => {
    if (!open) return;
    reset(valuesOf(member));
    setRole(member?.role ?? 'member');
    setPlaces(member?.departments.map(({ id }) => id) ?? []);
    setFailure(undefined);
    setCreated(undefined);
  }, [open, member]);

  const send = async () => {
    const body = { ...fields.values, role, departments: places.map((id) => ({ id })) };
    if (member) {
      await api.patch(`/api/org/members/${member.id}`, body);
      onClose();
    } else {
      const answer = await api.post<MemberCreated>('/api/org/members', { ...body, language });
      setCreated({ username: body.username, password: answer.password ?? '' });
    }
    await client.invalidateQueries({ queryKey: ['org'] });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(undefined);
    if (!fields.check()) return;
    setBusy(true);
    try {
      await send();
    } catch (error) {
      const field = error instanceof ApiError ? error.field : undefined;
      if (field && field in empty) fields.refuse(field as FieldName, words(error));
      else setFailure(words(error));
    } finally {
      setBusy(false);
    }
  };
  return { fields, role, setRole, places, setPlaces, busy, failure, created, submit };
}

export function MemberDialog(props: Props) {
  const { open, member, departments, onClose } = props;
  const { t } = useTranslation(['org', 'ui']);
  const formId = useId();
  const me = useMe();
  const form = useMemberForm(props);
  const { fields, created } = form;
  const roles: Role[] = me.permissions.includes('org.owners')
    ? ['member', 'admin', 'owner']
    : ['member', 'admin'];
  const text = (name: FieldName, label: string, help?: string) => (
    <Field label={label} help={help} error={fields.error(name)}>
      {(field) => (
        <Input
          {...field}
          autoFocus={name === 'name'}
          autoComplete="off"
          value={fields.values[name]}
          onChange={(event) => fields.set(name, event.target.value)}
          onBlur={() => {
            const suggested = usernameFrom(fields.values.name);
            if (name === 'name' && !fields.values.username && suggested) fields.set('username', suggested);
            if (fields.values[name]) fields.leave(name);
          }}
        />
      )}
    </Field>
  );
  const footer = created
    ? [
        <Button key="done" type="primary" onClick={onClose}>
          {t('ui:done')}
        </Button>,
      ]
    : [
        <Button key="cancel" onClick={onClose}>
          {t('ui:cancel')}
        </Button>,
        <Button key="save" type="primary" htmlType="submit" form={formId} loading={form.busy}>
          {member ? t('ui:save') : t('org:admin.add')}
        </Button>,
      ];
  return (
    <Sheet
      open={open}
      width={560}
      title={member ? t('org:admin.editTitle', { name: member.name }) : t('org:admin.addTitle')}
      onClose={onClose}
      footer={footer}
    >
      {created ? (
        <>
          <p>{t('org:admin.added')}</p>
          <NewPassword {...created} />
        </>
      ) : (
        <form id={formId} noValidate onSubmit={(event) => void form.submit(event)} className={styles.form}>
          {text('name', t('org:setUp.name'))}
          {text('username', t('org:setUp.username'))}
          {text('email', t('org:card.email'), t('org:optional'))}
          {text('phone', t('org:card.phone'), t('org:optional'))}
          {text('title', t('org:admin.title'), t('org:optional'))}
          {text('employee_no', t('org:card.employeeNo'), t('org:optional'))}
          <Field label={t('org:card.departments')}>
            {({ id }) => (
              <DepartmentPicker
                id={id}
                multiple
                departments={departments}
                value={form.places}
                onChange={(value) => form.setPlaces(value as string[])}
              />
            )}
          </Field>
          <Field label={t('org:admin.role')}>
            {({ id }) => (
              <Select
                id={id}
                value={form.role}
                disabled={member?.id === me.member.id}
                onChange={form.setRole}
                style={{ width: '100%' }}
                options={roles.map((value) => ({ value, label: t(`org:role.${value}`) }))}
              />
            )}
          </Field>
          {form.failure ? (
            <p role="alert" className={styles.failure}>
              {form.failure}
            </p>
          ) : null}
        </form>
      )}
    </Sheet>
  );
}
