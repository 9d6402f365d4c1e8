/** The fields of a new account, for the first administrator and for whoever was invited. */
import { Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { useFields } from '@/lib';
import { Field, PasswordStrength } from '@/ui';
import styles from './AccountFields.module.css';
import { emailRule, nameRule, passwordRule, usernameFrom, usernameRule } from './rules';

export interface Account extends Record<string, string> {
  name: string;
  username: string;
  email: string;
  password: string;
}

type Fields<V extends Record<string, string>> = ReturnType<typeof useFields<V>>;
type Rule = (value: string) => string | undefined;

/** Puts a rule's key into words. */
export function useSaid(): (rule: Rule) => Rule {
  const { t } = useTranslation('org');
  return (rule) => (value) => {
    const key = rule(value);
    return key ? t(key) : undefined;
  };
}

/** What an account's fields take, in words. */
export function useAccountRules() {
  const said = useSaid();
  return {
    name: said(nameRule),
    username: said(usernameRule),
    email: said(emailRule),
    password: said(passwordRule),
  };
}

const autoComplete: Record<string, string> = {
  name: 'name',
  username: 'username',
  email: 'email',
  password: 'new-password',
};

type TextProps<V extends Record<string, string>> = {
  fields: Fields<V>;
  name: keyof V & string;
  help?: ReactNode;
  onLeave?: () => void;
};

/** One large input, bound to its field; what is wrong is said as soon as it is left. */
export function TextField<V extends Record<string, string>>({ fields, name, help, onLeave }: TextProps<V>) {
  const { t } = useTranslation('org');
  const Control = name === 'password' ? Input.Password : Input;
  return (
    <Field label={t(`setUp.${name}`)} help={help} error={fields.error(name)}>
      {(props) => (
        <Control
          {...props}
          size="large"
          value={fields.values[name]}
          autoComplete={autoComplete[name] ?? 'off'}
          autoCapitalize={name === 'username' || name === 'email' ? 'none' : undefined}
          spellCheck={false}
          onChange={(event) => fields.set(name, event.target.value)}
          onBlur={() => {
            onLeave?.();
            if (fields.values[name]) fields.leave(name);
          }}
        />
      )}
    </Field>
  );
}

export function AccountFields<V extends Account>({
  fields,
  emailHelp,
}: {
  fields: Fields<V>;
  emailHelp: ReactNode;
}) {
  const { name, username, password } = fields.values;
  const proposeUsername = () => {
    if (!username) fields.set('username', usernameFrom(name));
  };
  return (
    <>
      <div className={styles.pair}>
        <TextField fields={fields} name="name" onLeave={proposeUsername} />
        <TextField fields={fields} name="username" />
      </div>
      <TextField fields={fields} name="email" help={emailHelp} />
      <TextField fields={fields} name="password" />
      <div className={styles.strength}>
        <PasswordStrength password={password} />
      </div>
    </>
  );
}
