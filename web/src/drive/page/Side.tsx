/** The spaces one has: one's own and those of groups; below, how much of the room is taken. */
import { Link } from '@tanstack/react-router';
import { HardDrive, Trash2 } from 'lucide-react';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Space, Spaces } from '@/api';
import { bytesWords } from '@/lib';
import { hueOf } from '@/ui';
import { carriesEntries } from './dropped';
import { binFolder, pathTo } from './place';
import styles from './Side.module.css';

type Props = {
  spaces: Spaces;
  at: string | null;
  isBin: boolean;
  /** Entries were dragged onto a space. */
  onDrop: (space: Space) => void;
};

export function Side({ spaces, at, isBin, onDrop }: Props) {
  const { t } = useTranslation('drive');
  const mine = spaces.spaces.filter(({ kind }) => kind === 'personal');
  const groups = spaces.spaces.filter(({ kind }) => kind === 'conversation');
  const own = mine[0];
  return (
    <nav className={styles.side} aria-label={t('spaces')}>
      <div className={styles.list}>
        {mine.map((space) => (
          <SpaceRow key={space.id} space={space} isHere={space.id === at && !isBin} onDrop={onDrop} />
        ))}
        {own ? (
          <Link
            to={pathTo(at ?? own.id, binFolder)}
            className={styles.row}
            data-here={isBin || undefined}
            aria-current={isBin ? 'page' : undefined}
          >
            <Trash2 size={18} strokeWidth={1.75} aria-hidden="true" />
            <span className={styles.title}>{t('bin.title')}</span>
          </Link>
        ) : null}
        {groups.length > 0 ? <h2 className={styles.head}>{t('groups')}</h2> : null}
        {groups.map((space) => (
          <SpaceRow key={space.id} space={space} isHere={space.id === at && !isBin} onDrop={onDrop} />
        ))}
      </div>
      <Quota used={spaces.used_bytes} quota={spaces.quota_bytes} />
    </nav>
  );
}

type RowProps = { space: Space; isHere: boolean; onDrop: (space: Space) => void };

function SpaceRow({ space, isHere, onDrop }: RowProps) {
  const title = useSpaceTitle()(space);
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (!carriesEntries(event.dataTransfer) || !space.can_write) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <Link
      to={pathTo(space.id, null)}
      className={styles.row}
      data-here={isHere || undefined}
      data-over={isOver || undefined}
      aria-current={isHere ? 'page' : undefined}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!carriesEntries(event.dataTransfer)) return;
        event.preventDefault();
        event.stopPropagation();
        onDrop(space);
      }}
    >
      {space.kind === 'personal' ? (
        <HardDrive size={18} strokeWidth={1.75} aria-hidden="true" />
      ) : (
        <i className={styles.square} style={{ background: hueOf(space.conversation_id ?? space.id) }} />
      )}
      <span className={styles.title}>{title}</span>
      <span className={styles.size}>{space.used_bytes > 0 ? bytesWords(space.used_bytes) : null}</span>
    </Link>
  );
}

/** What a space is called. */
export function useSpaceTitle(): (space: Pick<Space, 'kind' | 'title'>) => string {
  const { t } = useTranslation('drive');
  return ({ kind, title }) => (kind === 'personal' ? t('mine') : title);
}

/** From this share on the bar warns. */
const nearlyFull = 0.9;

export function Quota({ used, quota }: { used: number; quota: number }) {
  const { t } = useTranslation('drive');
  const share = quota > 0 ? Math.min(1, used / quota) : 0;
  return (
    <div className={styles.quota}>
      <div
        className={styles.bar}
        role="progressbar"
        aria-label={t('quota.name')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        data-full={share >= nearlyFull || undefined}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        {quota > 0
          ? t('quota.words', { used: bytesWords(used), all: bytesWords(quota) })
          : t('quota.used', { used: bytesWords(used) })}
      </p>
    </div>
  );
}
