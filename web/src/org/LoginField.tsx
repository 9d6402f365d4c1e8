/** By what somebody signs in: a username, an address or a number, as browsers remember it. */
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '@/ui';

type LoginFieldProps = { value: string; error: string | undefined; onChange: (login: string) => void };

export function LoginField({ value, error, onChange }: LoginFieldProps) {
  const { t } = useTranslation('org');
  return (
    <Field label={t('signIn.login')} error={error}>
      {(props) => (
        <Input
          {...props}
          size="large"
          autoFocus
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
