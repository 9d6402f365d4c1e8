/** A field: its label above, help at the label's right, what is wrong below. */
import { type ReactNode, useId } from 'react';
import styles from './Field.module.css';

export type FieldProps = {
  id: string;
  status?: 'error';
  'aria-invalid'?: true;
  'aria-describedby'?: string;
};

type Props = {
  label: ReactNode;
  help?: ReactNode;
  error?: string;
  children: (props: FieldProps) => ReactNode;
};

export function Field({ label, help, error, children }: Props) {
  const id = useId();
  const described = error ? `${id}-error` : help ? `${id}-help` : undefined;
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        {help ? (
          <span id={`${id}-help`} className={styles.help}>
            {help}
          </span>
        ) : null}
      </div>
      {children({
        id,
        ...(error ? { status: 'error' as const, 'aria-invalid': true as const } : {}),
        ...(described ? { 'aria-describedby': described } : {}),
      })}
      {error ? (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}
