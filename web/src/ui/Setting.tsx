/** A page of settings: sections under titles, each a list of rows with the control at the right. */
import type { ReactNode } from 'react';
import styles from './Setting.module.css';

export function Settings({ children }: { children: ReactNode }) {
  return (
    <div className={styles.scroll}>
      <div className={styles.settings}>{children}</div>
    </div>
  );
}

export function SettingGroup({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h2 className={styles.groupTitle}>{title}</h2>
      <div className={styles.rows}>{children}</div>
    </section>
  );
}

export function Setting({
  name,
  detail,
  children,
}: {
  name: ReactNode;
  detail?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <div className={styles.name}>{name}</div>
        {detail ? <div className={styles.detail}>{detail}</div> : null}
      </div>
      {children ? <div className={styles.control}>{children}</div> : null}
    </div>
  );
}
