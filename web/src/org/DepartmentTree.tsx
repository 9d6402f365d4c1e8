/** The departments as a tree: one stop of the keyboard, arrows inside. */
import { Building2, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Department } from '@/api';
import styles from './DepartmentTree.module.css';
import { pathTo, visibleRows } from './tree';

type Props = {
  departments: Department[];
  organisation: string;
  total: number | undefined;
  selected: string | null;
  onSelect: (department: string | null) => void;
};

type Row = { id: string | null; name: string; level: number; count: number | undefined; children: number };

const rootKey = '';

export function DepartmentTree({ departments, organisation, total, selected, onSelect }: Props) {
  const { t } = useTranslation('org');
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([rootKey]));
  useEffect(() => {
    const above = pathTo(departments, selected).map(({ id }) => id);
    setOpen((before) => new Set([...before, rootKey, ...above]));
  }, [departments, selected]);
  const rows = useMemo<Row[]>(() => {
    const root = { id: null, name: organisation, level: 0, count: total, children: departments.length };
    const below = visibleRows(departments, open).map(({ department, level, children }) => ({
      id: department.id,
      name: department.name,
      level,
      count: department.member_count,
      children,
    }));
    return open.has(rootKey) ? [root, ...below] : [root];
  }, [departments, organisation, total, open]);

  const fold = (row: Row, unfolded: boolean) => {
    const key = row.id ?? rootKey;
    setOpen((before) => {
      const next = new Set(before);
      if (unfolded) next.add(key);
      else next.delete(key);
      return next;
    });
  };
  const isOpen = (row: Row) => open.has(row.id ?? rootKey);
  const focus = (at: number) => list.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[at]?.focus();
  const press = (event: KeyboardEvent, row: Row, at: number) => {
    const unfolded = row.children > 0 && isOpen(row);
    const above = rows.findLastIndex((other, index) => index < at && other.level < row.level);
    switch (event.key) {
      case 'ArrowDown':
        focus(Math.min(at + 1, rows.length - 1));
        break;
      case 'ArrowUp':
        focus(Math.max(at - 1, 0));
        break;
      case 'Home':
        focus(0);
        break;
      case 'End':
        focus(rows.length - 1);
        break;
      case 'ArrowRight':
        if (row.children > 0 && !unfolded) fold(row, true);
        else focus(at + 1);
        break;
      case 'ArrowLeft':
        if (unfolded) fold(row, false);
        else focus(above);
        break;
      case 'Enter':
      case ' ':
        onSelect(row.id);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const focusable = Math.max(
    0,
    rows.findIndex((row) => row.id === selected),
  );
  return (
    <div ref={list} role="tree" aria-label={t('departments')} className={styles.tree}>
      {rows.map((row, at) => (
        <div
          key={row.id ?? rootKey}
          role="treeitem"
          tabIndex={at === focusable ? 0 : -1}
          aria-level={row.level + 1}
          aria-selected={row.id === selected}
          aria-expanded={row.children ? isOpen(row) : undefined}
          className={styles.row}
          style={{ paddingLeft: 10 + row.level * 18 }}
          onClick={() => onSelect(row.id)}
          onKeyDown={(event) => press(event, row, at)}
        >
          <button
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            className={styles.fold}
            data-open={isOpen(row) || undefined}
            style={{ visibility: row.children ? 'visible' : 'hidden' }}
            onClick={(event) => {
              event.stopPropagation();
              fold(row, !isOpen(row));
            }}
          >
            <ChevronRight size={14} strokeWidth={1.75} />
          </button>
          {row.id === null ? <Building2 size={16} strokeWidth={1.75} aria-hidden="true" /> : null}
          <span className={styles.name}>{row.name}</span>
          <span className={styles.count}>{row.count}</span>
        </div>
      ))}
    </div>
  );
}
