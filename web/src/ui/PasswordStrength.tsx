/** Four bars and a word: how hard a password is to guess. */
import { useTranslation } from 'react-i18next';
import styles from './PasswordStrength.module.css';

/** The shortest password the office takes. */
export const passwordLengthMin = 8;

/** 0 too short … 4 very safe; length counts most, variety a little. */
export function passwordStrength(password: string): 0 | 1 | 2 | 3 | 4 {
  if (password.length < passwordLengthMin) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const varied = new Set(password).size >= 6;
  const points = (password.length >= 16 ? 3 : password.length >= 12 ? 2 : 1) + (kinds >= 3 ? 1 : 0);
  return Math.max(1, Math.min(4, varied ? points : 1)) as 1 | 2 | 3 | 4;
}

export function PasswordStrength({ password }: { password: string }) {
  const { t } = useTranslation('ui');
  if (!password) return null;
  const strength = passwordStrength(password);
  return (
    <div className={styles.strength} data-strength={strength} aria-live="polite">
      {[1, 2, 3, 4].map((bar) => (
        <span key={bar} className={styles.bar} data-on={bar <= strength || undefined} />
      ))}
      <span className={styles.word}>{t(`password.${strength}`)}</span>
    </div>
  );
}
