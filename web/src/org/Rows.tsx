/** A plain table of records that stays readable on phones: the first cell leads, the others follow beneath. */
import type { CSSProperties, ReactNode } from 'react';
import styles from './Rows.module.css';

export type Column<T> = { name: string; width?: string; cell: (row: T) => ReactNode };

type Props<T> = {
  label: string;
  rows: T[];
  columns: Column<T>[];
  keyOf: (row: T) => string;
  acts?: (row: T) => ReactNode;
  dim?: (row: T) => boolean;
};

export function Rows<T>({ label, rows, columns, keyOf, acts, dim }: Props<T>) {
  const template = [...columns.map(({ width }) => width ?? 'minmax(0, 1fr)'), ...(acts ? ['44px'] : [])].join(
    ' ',
  );
  return (
    <table aria-label={label} className={styles.table} style={{ '--columns': template } as CSSProperties}>
      <thead>
        <tr className={styles.head}>
          {columns.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          {acts ? <td /> : null}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} className={styles.row} data-dim={dim?.(row) || undefined}>
            {columns.map(({ name, cell }) => (
              <td key={name} className={styles.cell}>
                {cell(row)}
              </td>
            ))}
            {acts ? <td className={styles.acts}>{acts(row)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
