/** A new password, with the old one to prove who asks. */
import { Button, Input } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api } from '@/api';
import { useFields } from '@/lib';
import { Field, PasswordStrength, Sheet, useErrorWords, useToast } from '@/ui';
import { passwordRule } from './rules';

const empty = { current: '', new: '', again: '' };

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['org', 'ui']);
  const formId = useId();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const fields = useFields(empty, {
    current: (value) => (value ? undefined : t('org:signIn.passwordMissing')),
    new: (value) => {
      const key = passwordRule(value);
      return key ? t(`org:${key}`) : undefined;
    },
    again: (value, values) => (value === values.new ? undefined : t('org:rules.same')),
  });
  const close = () => {
    fields.reset(empty);
    onClose();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check()) return;
    setBusy(true);
    try {
      await api.post('/api/org/me/password', { current: fields.values.current, new: fields.values.new });
      close();
      toast({ words: t('org:mine.passwordChanged') });
    } catch (error) {
      const onNew = error instanceof ApiError && (error.field === 'new' || error.field === 'password');
      fields.refuse(onNew ? 'new' : 'current', words(error));
    } finally {
      setBusy(false);
    }
  };
  const field = (name: keyof typeof empty) => (
    <Field label={t(`org:mine.passwords.${name}`)} error={fields.error(name)}>
      {(props) => (
        <Input.Password
          {...props}
          size="large"
          autoFocus={name === 'current'}
          autoComplete={name === 'current' ? 'current-password' : 'new-password'}
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
    <Sheet
      open={open}
      title={t('org:mine.password')}
      onClose={close}
      footer={[
        <Button key="cancel" onClick={close}>
          {t('ui:cancel')}
        </Button>,
        <Button key="save" type="primary" htmlType="submit" form={formId} loading={busy}>
          {t('org:mine.passwordSave')}
        </Button>,
      ]}
    >
      <form id={formId} noValidate onSubmit={(event) => void submit(event)}>
        {field('current')}
        {field('new')}
        <div style={{ marginTop: -12, minHeight: 28 }}>
          <PasswordStrength password={fields.values.new} />
        </div>
        {field('again')}
      </form>
    </Sheet>
  );
}
