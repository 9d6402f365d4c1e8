/** What lies in a folder, or what was found: drawn, ordered, chosen, moved, taken in. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { FolderInput, FolderPlus, Trash2, Upload, X } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, Space } from '@/api';
import { useEvent, useKeys } from '@/lib';
import {
  DropOverlay,
  EmptyState,
  Failure,
  FloatingMenu,
  IconButton,
  SkeletonRows,
  useErrorWords,
  useToast,
} from '@/ui';
import { contentUrl, type entriesQuery, type Goal, type Order } from '../api';
import { openViewer } from '../viewer/opened';
import { viewableOf } from '../viewer/viewable';
import type { EntryActs } from './acts';
import { carriesEntries, carriesFiles, droppedFiles, entriesType } from './dropped';
import { Entries } from './Entries';
import styles from './FolderView.module.css';
import { useEntryMenu } from './menu';
import { useGoTo } from './place';
import type { Asked } from './Sheets';
import { all, existing, nothingChosen, stretched, toggled } from './selection';
import { useUploading } from './uploading';

type Props = {
  query: ReturnType<typeof entriesQuery>;
  space: Space | null;
  /** Where new things go; nothing while one looks at results of a search. */
  goal: Goal | null;
  shape: 'list' | 'grid';
  order: Order | null;
  onOrder?: (order: Order) => void;
  acts: EntryActs;
  ask: (asked: Asked) => void;
  /** What is being dragged, for the spaces at the side. */
  onDrag: (entries: Entry[]) => void;
  dragged: () => readonly Entry[];
  empty: ReactNode;
  crumbs?: ReactNode;
  /** Opens the choice of files. */
  onUpload?: () => void;
  up: () => void;
};

export function FolderView(props: Props) {
  const { query, space, goal, shape, order, onOrder, acts, ask, onDrag, dragged, empty, crumbs, up } = props;
  const { t } = useTranslation(['drive', 'ui']);
  const found = useInfiniteQuery(query);
  const entries = useMemo(() => found.data?.pages.flatMap((page) => page.entries) ?? [], [found.data]);
  const ids = useMemo(() => entries.map(({ id }) => id), [entries]);
  const [chosen, setChosen] = useState(nothingChosen);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [menu, setMenu] = useState<{ entries: Entry[]; at: { x: number; y: number } } | null>(null);
  const [isOver, setOver] = useState(false);
  const selection = existing(chosen, ids);
  const picked = entries.filter(({ id }) => selection.ids.has(id));
  const toast = useToast();
  const words = useErrorWords();
  const goTo = useGoTo();
  const take = useUploading(acts, (error) => toast({ tone: 'failed', words: words(error) }));
  const mayWrite = space?.can_write ?? false;

  const open = useEvent((entry: Entry) => {
    if (entry.kind === 'folder') return goTo(entry.space_id, entry.id);
    const files = entries.filter(({ kind }) => kind === 'file');
    openViewer(files.map(viewableOf), files.indexOf(entry));
  });
  /** What an act on one entry is for: all that are chosen, if it is one of them. */
  const withChosen = (entry: Entry): Entry[] => (selection.ids.has(entry.id) ? picked : [entry]);
  const itemsOf = useEntryMenu({
    acts,
    ask,
    open,
    mayWrite,
    mayCall: space?.kind === 'conversation',
    onRename: (entry) => setRenaming(entry.id),
  });
  const clear = () => setChosen(nothingChosen);
  useKeys({ Escape: clear }, selection.ids.size > 0);

  const drop = async (transfer: DataTransfer, to: Goal, name: string) => {
    if (carriesEntries(transfer)) {
      await acts.move(dragged(), to, name);
      clear();
    } else if (carriesFiles(transfer)) await take(await droppedFiles(transfer), to);
  };
  const over = (event: DragEvent) => {
    if (!goal || !mayWrite || !carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    setOver(true);
  };
  const more = useRef<HTMLDivElement>(null);
  const { hasNextPage, fetchNextPage } = found;
  useEffect(() => {
    const end = more.current;
    if (!end || !hasNextPage) return;
    const watch = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) void fetchNextPage();
    });
    watch.observe(end);
    return () => watch.disconnect();
  }, [hasNextPage, fetchNextPage]);

  const content = () => {
    if (found.isError && entries.length === 0)
      return <Failure error={found.error} onRetry={() => void found.refetch()} />;
    if (found.isPending) return <SkeletonRows rows={8} height={52} />;
    if (entries.length === 0) return empty;
    return (
      <Entries
        entries={entries}
        shape={shape}
        selection={selection}
        renaming={renaming}
        order={order}
        onOrder={onOrder}
        acts={{
          open,
          choose: (entry, how) =>
            setChosen(how === 'toggle' ? toggled(selection, entry.id) : stretched(selection, entry.id, ids)),
          menu: (entry, x, y) => setMenu({ entries: withChosen(entry), at: { x, y } }),
          renamed: (entry, name) => {
            setRenaming(null);
            if (name) void acts.rename(entry, name);
            requestAnimationFrame(() =>
              document.querySelector<HTMLElement>(`[data-entry="${entry.id}"]`)?.focus(),
            );
          },
          drag: (entry, transfer) => {
            const moving = withChosen(entry);
            onDrag(moving);
            transfer.setData(entriesType, moving.map(({ id }) => id).join(' '));
            transfer.effectAllowed = 'move';
            const only = moving[0];
            if (moving.length === 1 && only?.kind === 'file') {
              const url = new URL(contentUrl(only.id, { download: true }), window.location.origin);
              transfer.setData('DownloadURL', `${only.media_type}:${only.name}:${url}`);
            }
          },
          drop: (folder, transfer) =>
            void (
              folder.space_id && drop(transfer, { space: folder.space_id, folder: folder.id }, folder.name)
            ),
        }}
        keys={{
          rename: (entry) => mayWrite && setRenaming(entry.id),
          discard: (entry) => mayWrite && void acts.discard(withChosen(entry)),
          chooseAll: () => setChosen(all(ids)),
          up,
        }}
      />
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are dropped here; the button does the same
    <div
      className={styles.view}
      onDragOver={over}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!goal || !mayWrite || !carriesFiles(event.dataTransfer)) return;
        event.preventDefault();
        void drop(event.dataTransfer, goal, '');
      }}
    >
      {selection.ids.size > 0 ? (
        <section className={styles.chosen} aria-label={t('drive:chosen.bar')}>
          <IconButton icon={X} label={t('ui:cancel')} onClick={clear} />
          <span className={styles.count} aria-live="polite">
            {t('drive:chosen.count', { count: selection.ids.size })}
          </span>
          {mayWrite ? (
            <>
              <Button
                icon={<FolderInput size={16} strokeWidth={1.75} />}
                onClick={() => ask({ what: 'move', entries: picked })}
              >
                {t('drive:act.move')}
              </Button>
              <Button
                danger
                icon={<Trash2 size={16} strokeWidth={1.75} />}
                onClick={() => {
                  clear();
                  void acts.discard(picked);
                }}
              >
                {t('drive:act.discard')}
              </Button>
            </>
          ) : null}
        </section>
      ) : (
        crumbs
      )}
      <div className={styles.scroll}>
        {content()}
        <div ref={more} className={styles.end} />
      </div>
      {isOver ? <DropOverlay icon={Upload} words={t('drive:dropHere')} /> : null}
      {menu ? (
        <FloatingMenu
          title={t('drive:menu')}
          at={menu.at}
          items={itemsOf(menu.entries)}
          onClose={() => setMenu(null)}
        />
      ) : null}
    </div>
  );
}

type EmptyProps = { mayWrite: boolean; onUpload: () => void; onFolder: () => void };

/** A folder with nothing in it. */
export function EmptyFolder({ mayWrite, onUpload, onFolder }: EmptyProps) {
  const { t } = useTranslation('drive');
  return (
    <EmptyState
      title={t('empty.title')}
      hint={mayWrite ? t('empty.hint') : t('empty.reader')}
      act={
        mayWrite ? (
          <span className={styles.emptyActs}>
            <Button icon={<Upload size={16} strokeWidth={1.75} />} onClick={onUpload}>
              {t('act.upload')}
            </Button>
            <Button type="text" icon={<FolderPlus size={16} strokeWidth={1.75} />} onClick={onFolder}>
              {t('act.newFolder')}
            </Button>
          </span>
        ) : undefined
      }
    />
  );
}
