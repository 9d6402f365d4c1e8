/** The entries of a folder as a list or a grid: one stop of the Tab key, arrows within. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api';
import { useEvent } from '@/lib';
import type { Order, Sort } from '../api';
import styles from './Entries.module.css';
import { EntryItem, type ItemActs } from './EntryItem';
import type { Selection } from './selection';

export type KeyActs = {
  rename: (entry: Entry) => void;
  discard: (entry: Entry) => void;
  chooseAll: () => void;
  up: () => void;
};

type Props = {
  entries: readonly Entry[];
  shape: 'list' | 'grid';
  selection: Selection;
  renaming: string | null;
  acts: Omit<ItemActs, 'press'>;
  keys: KeyActs;
  order: Order | null;
  onOrder?: (order: Order) => void;
};

export function Entries(props: Props) {
  const { entries, shape, selection, renaming, acts, keys, order, onOrder } = props;
  const { t } = useTranslation('drive');
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const tab = entries.some(({ id }) => id === focused) ? focused : entries[0]?.id;

  const focusAt = (at: number) => {
    const entry = entries[Math.min(Math.max(0, at), entries.length - 1)];
    list.current?.querySelector<HTMLElement>(`[data-entry="${entry?.id}"]`)?.focus();
  };
  /** Tiles in one row of the grid. */
  const columns = (): number => {
    const [first, ...others] = [...(list.current?.children ?? [])] as HTMLElement[];
    if (shape === 'list' || !first) return 1;
    const at = others.findIndex((one) => one.offsetTop !== first.offsetTop);
    return at < 0 ? others.length + 1 : at + 1;
  };
  const press = useEvent((entry: Entry, event: KeyboardEvent<HTMLElement>) => {
    const at = entries.findIndex(({ id }) => id === entry.id);
    const mod = event.ctrlKey || event.metaKey;
    const across = columns();
    const beside = shape === 'grid' ? 1 : 0;
    const steps = new Map([
      ['ArrowDown', across],
      ['ArrowUp', -across],
      ['ArrowRight', beside],
      ['ArrowLeft', -beside],
      ['Home', -at],
      ['End', entries.length],
    ]);
    const step = event.altKey ? undefined : steps.get(event.key);
    const done = (act: () => void) => {
      event.preventDefault();
      event.stopPropagation();
      act();
    };
    if (step !== undefined) done(() => focusAt(at + step));
    else if (event.key === ' ') done(() => acts.choose(entry, event.shiftKey ? 'stretch' : 'toggle'));
    else if (event.key === 'F2') done(() => keys.rename(entry));
    else if (event.key === 'Delete') done(() => keys.discard(entry));
    else if (event.key === 'Backspace' || (event.altKey && event.key === 'ArrowUp')) done(keys.up);
    else if (mod && event.key === 'a') done(keys.chooseAll);
  });
  const item = useRef<ItemActs>({ ...acts, press });
  item.current = { ...acts, press };
  const steady = useRef<ItemActs>({
    open: (...asked) => item.current.open(...asked),
    choose: (...asked) => item.current.choose(...asked),
    menu: (...asked) => item.current.menu(...asked),
    renamed: (...asked) => item.current.renamed(...asked),
    drag: (...asked) => item.current.drag(...asked),
    drop: (...asked) => item.current.drop(...asked),
    press: (...asked) => item.current.press(...asked),
  });
  return (
    <>
      {shape === 'list' ? <Head order={order} onOrder={onOrder} /> : null}
      <ul
        ref={list}
        className={shape === 'list' ? styles.list : styles.grid}
        data-choosing={selection.ids.size > 0 || undefined}
        aria-label={t('entries')}
      >
        {entries.map((entry) => (
          <EntryItem
            key={entry.id}
            entry={entry}
            acts={steady.current}
            shape={shape}
            isChosen={selection.ids.has(entry.id)}
            isRenamed={entry.id === renaming}
            tabbable={entry.id === tab}
            onFocus={setFocused}
          />
        ))}
      </ul>
    </>
  );
}

const columns: [Sort, string][] = [
  ['name', 'name'],
  ['time', 'when'],
  ['size', 'size'],
];

/** What the columns are, and by which they are ordered. */
function Head({ order, onOrder }: { order: Order | null; onOrder?: (order: Order) => void }) {
  const { t } = useTranslation('drive');
  const column = ([sort, place]: [Sort, string]) => {
    const isBy = order?.sort === sort;
    const Arrow = order?.order === 'desc' ? ArrowDown : ArrowUp;
    return (
      <button
        key={sort}
        type="button"
        className={`${styles.column} ${styles[place]}`}
        disabled={!onOrder}
        aria-label={t('sortBy', { column: t(`sort.${sort}`) })}
        aria-pressed={isBy}
        onClick={() => onOrder?.({ sort, order: isBy && order?.order === 'asc' ? 'desc' : 'asc' })}
      >
        {t(`sort.${sort}`)}
        {isBy ? <Arrow size={13} strokeWidth={2} aria-hidden="true" /> : null}
      </button>
    );
  };
  const [name, ...others] = columns;
  return (
    <div className={styles.head}>
      {name ? column(name) : null}
      <span className={`${styles.column} ${styles.by}`}>{t('sort.by')}</span>
      {others.map(column)}
    </div>
  );
}
