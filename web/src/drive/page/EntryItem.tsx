/** One file or folder: a row of the list, or a tile of the grid. Its name is a button; everything else is in its menu too. */
import { Checkbox, Input } from 'antd';
import { Ellipsis, Link2, ShieldAlert } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, type MouseEvent, memo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api';
import { bytesWords, clockTime, daysAway, stamp, useEvent, useLongPress } from '@/lib';
import { IconButton } from '@/ui';
import { thumbnailUrl } from '../api';
import { FileFace } from '../FileFace';
import { FileName } from '../FileName';
import { carriesEntries, carriesFiles } from './dropped';
import styles from './Entries.module.css';

export type ItemActs = {
  open: (entry: Entry) => void;
  choose: (entry: Entry, how: 'toggle' | 'stretch') => void;
  menu: (entry: Entry, x: number, y: number) => void;
  /** Takes the new name, or nothing when it is to stay. */
  renamed: (entry: Entry, name: string | null) => void;
  drag: (entry: Entry, transfer: DataTransfer) => void;
  drop: (folder: Entry, transfer: DataTransfer) => void;
  press: (entry: Entry, event: KeyboardEvent<HTMLElement>) => void;
};

type Props = {
  entry: Entry;
  acts: ItemActs;
  shape: 'list' | 'grid';
  isChosen: boolean;
  isRenamed: boolean;
  tabbable: boolean;
  onFocus: (id: string) => void;
};

export const EntryItem = memo(function EntryItem(props: Props) {
  const { entry, acts, shape, isChosen, isRenamed, tabbable, onFocus } = props;
  const { t, i18n } = useTranslation('drive');
  const [isOver, setOver] = useState(false);
  const menu = useEvent((x: number, y: number) => acts.menu(entry, x, y));
  const hold = useLongPress(menu);
  const isFolder = entry.kind === 'folder';
  const press = (event: MouseEvent) => {
    if (event.shiftKey) acts.choose(entry, 'stretch');
    else if (event.ctrlKey || event.metaKey) acts.choose(entry, 'toggle');
    else acts.open(entry);
  };
  const over = (event: DragEvent) => {
    if (!isFolder || !(carriesEntries(event.dataTransfer) || carriesFiles(event.dataTransfer))) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(true);
  };
  const face = (
    <FileFace
      kind={isFolder ? 'folder' : entry.group}
      size={shape === 'list' ? 36 : 64}
      src={entry.has_thumbnail ? thumbnailUrl(entry.id) : null}
    />
  );
  return (
    <li
      className={shape === 'list' ? styles.row : styles.tile}
      data-chosen={isChosen || undefined}
      data-over={isOver || undefined}
      draggable={!isRenamed}
      onDragStart={(event) => acts.drag(entry, event.dataTransfer)}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!isFolder) return;
        event.preventDefault();
        event.stopPropagation();
        acts.drop(entry, event.dataTransfer);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        const box = event.currentTarget.getBoundingClientRect();
        if (event.button === 2) menu(event.clientX, event.clientY);
        else menu(box.left + 48, box.top + 32);
      }}
      {...hold}
    >
      <Checkbox
        className={styles.tick}
        checked={isChosen}
        tabIndex={-1}
        aria-label={t('choose', { name: entry.name })}
        onClick={(event) => {
          if (event.shiftKey) {
            event.preventDefault();
            acts.choose(entry, 'stretch');
          }
        }}
        onChange={() => acts.choose(entry, 'toggle')}
      />
      {isRenamed ? (
        <span className={styles.open}>
          {face}
          <Renaming entry={entry} onDone={(name) => acts.renamed(entry, name)} />
        </span>
      ) : (
        <button
          type="button"
          data-entry={entry.id}
          className={styles.open}
          tabIndex={tabbable ? 0 : -1}
          onFocus={() => onFocus(entry.id)}
          onClick={press}
          onKeyDown={(event) => acts.press(entry, event)}
        >
          {face}
          <span className={styles.words}>
            <span className={styles.name}>
              <FileName name={entry.name} />
              {entry.shared ? (
                <Link2 size={14} strokeWidth={1.75} className={styles.mark} aria-label={t('isShared')} />
              ) : null}
              {entry.scan === 'infected' ? (
                <ShieldAlert
                  size={14}
                  strokeWidth={1.75}
                  className={styles.alarm}
                  aria-label={t('isInfected')}
                />
              ) : null}
            </span>
            <span className={styles.facts}>
              {isFolder ? t('folder') : bytesWords(entry.size)} · {whenWords(entry.changed_at, i18n.language)}
            </span>
          </span>
        </button>
      )}
      <span className={styles.by}>{entry.created_by.name}</span>
      <time
        className={styles.when}
        dateTime={new Date(entry.changed_at).toISOString()}
        title={stamp(entry.changed_at, i18n.language)}
      >
        {whenWords(entry.changed_at, i18n.language)}
      </time>
      <span className={styles.size}>{isFolder ? '—' : bytesWords(entry.size)}</span>
      <IconButton
        className={styles.more}
        icon={Ellipsis}
        label={t('more', { name: entry.name })}
        tabIndex={-1}
        aria-haspopup="menu"
        onClick={(event) => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          menu(left, bottom + 4);
        }}
      />
    </li>
  );
});

/** The clock for today, the date for before. */
function whenWords(at: number, language: string): string {
  return daysAway(at, Date.now()) === 0 ? clockTime(at, language) : stamp(at, language).slice(0, 10);
}

const nameLengthMax = 200;

/** The name as a field; of a file, the part before its ending is selected. */
function Renaming({ entry, onDone }: { entry: Entry; onDone: (name: string | null) => void }) {
  const { t } = useTranslation('drive');
  const [name, setName] = useState(entry.name);
  const isOver = useRef(false);
  const finish = (next: string | null) => {
    if (isOver.current) return;
    isOver.current = true;
    const said = next?.trim();
    onDone(said && said !== entry.name ? said : null);
  };
  return (
    <Input
      autoFocus
      value={name}
      maxLength={nameLengthMax}
      aria-label={t('rename.label', { name: entry.name })}
      onChange={(event) => setName(event.target.value)}
      onFocus={(event) => {
        const dot = entry.name.lastIndexOf('.');
        event.target.setSelectionRange(0, entry.kind === 'file' && dot > 0 ? dot : entry.name.length);
      }}
      onBlur={() => finish(name)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        event.stopPropagation();
        if (event.key === 'Enter') finish(name);
        if (event.key === 'Escape') finish(null);
      }}
    />
  );
}
