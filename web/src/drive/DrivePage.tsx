/** The drive: spaces at the side, and the folder, the bin or the results beside them; on phones one of the two. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { ChevronRight, FolderPlus, LayoutGrid, List, Search, Trash2, Upload } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, Space } from '@/api';
import { recall, remember, useEvent, useNarrow, useSettled } from '@/lib';
import { EmptyState, Failure, IconButton, PageHeader, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { entriesQuery, fetchEntry, type Order, searchQuery, spacesQuery } from './api';
import styles from './DrivePage.module.css';
import { useActsOnEntries } from './page/acts';
import { BinView } from './page/BinView';
import { EmptyFolder, FolderView } from './page/FolderView';
import { NewFolder } from './page/NewFolder';
import { binFolder, pathTo, useGoTo, usePlace } from './page/place';
import { type Asked, Sheets } from './page/Sheets';
import { Side, useSpaceTitle } from './page/Side';
import { useUploading } from './page/uploading';
import { openViewer } from './viewer/opened';
import { viewableOf } from './viewer/viewable';

const shapeKey = 'drive-shape';

export default function DrivePage() {
  const { t } = useTranslation(['drive', 'app']);
  const narrow = useNarrow();
  const place = usePlace();
  const spaces = useQuery(spacesQuery);
  const acts = useActsOnEntries();
  const titleOf = useSpaceTitle();
  const dragged = useRef<Entry[]>([]);
  useLinkedEntry(place.entry);
  useEffect(() => {
    document.title = `${t('drive:nav')} · ${t('app:product')}`;
  }, [t]);
  if (spaces.isError) return <Failure error={spaces.error} onRetry={() => void spaces.refetch()} />;
  if (!spaces.data) return <SkeletonRows rows={8} />;
  const all = spaces.data.spaces;
  const space = place.space ? all.find(({ id }) => id === place.space) : narrow ? undefined : all[0];
  const isList = narrow && !place.space;
  return (
    <div className={styles.page}>
      {isList ? <PageHeader title={t('drive:nav')} /> : null}
      {narrow && !isList ? null : (
        <Side
          spaces={spaces.data}
          at={space?.id ?? null}
          isBin={place.isBin}
          onDrop={(to) => void acts.move(dragged.current, { space: to.id, folder: null }, titleOf(to))}
        />
      )}
      {isList ? null : space ? (
        <Content key={space.id} space={space} dragged={dragged} />
      ) : (
        <EmptyState drawing="moon" title={t('drive:noSpace')} />
      )}
    </div>
  );
}

/** A link to one entry leads to where it lies; a file is opened there. */
function useLinkedEntry(id: string | null): void {
  const goTo = useGoTo();
  const toast = useToast();
  const words = useErrorWords();
  const open = useEvent(async (linked: string) => {
    try {
      const entry = await fetchEntry(linked);
      const isFolder = entry.kind === 'folder';
      goTo(entry.space_id, isFolder ? entry.id : entry.folder_id);
      if (!isFolder) openViewer([viewableOf(entry)]);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      goTo(null);
    }
  });
  useEffect(() => {
    if (id) void open(id);
  }, [id, open]);
}

type ContentProps = { space: Space; dragged: React.RefObject<Entry[]> };

function Content({ space, dragged }: ContentProps) {
  const { t } = useTranslation('drive');
  const { folder, isBin, words: asked } = usePlace();
  const narrow = useNarrow();
  const goTo = useGoTo();
  const acts = useActsOnEntries();
  const toast = useToast();
  const errorWords = useErrorWords();
  const [order, setOrder] = useState<Order>({ sort: 'name', order: 'asc' });
  const [shape, setShape] = useState<'list' | 'grid'>(recall(shapeKey) === 'grid' ? 'grid' : 'list');
  const [sheet, setSheet] = useState<Asked | null>(null);
  const [isNaming, setNaming] = useState(false);
  const [typed, setTyped] = useState(asked);
  const words = useSettled(typed.trim(), 200);
  const field = useRef<HTMLInputElement>(null);
  const titleOf = useSpaceTitle();
  const goal = { space: space.id, folder };
  const take = useUploading(acts, (error) => toast({ tone: 'failed', words: errorWords(error) }));
  const folderQuery = entriesQuery(space.id, folder, order);
  const here = useInfiniteQuery({ ...folderQuery, enabled: !isBin });
  const path = here.data?.pages[0]?.path ?? [];
  const parent = path.at(-2)?.id ?? null;
  const up = useEvent(() => {
    if (folder) goTo(space.id, parent);
  });
  const upload = () => field.current?.click();
  const chosen = (list: FileList | null) => {
    const files = [...(list ?? [])];
    if (files.length > 0)
      void take(
        files.map((file) => ({ file, path: [] })),
        goal,
      );
  };
  const title = isBin ? t('bin.title') : (path.at(-1)?.name ?? titleOf(space));
  const switchShape = () => {
    const next = shape === 'list' ? 'grid' : 'list';
    setShape(next);
    remember(shapeKey, next === 'grid' ? 'grid' : null);
  };
  const back = narrow ? () => (folder ? goTo(space.id, parent) : goTo(isBin ? space.id : null)) : undefined;
  const shared = {
    space,
    shape,
    acts,
    ask: setSheet,
    up,
    onDrag: (entries: Entry[]) => {
      dragged.current = entries;
    },
    dragged: () => dragged.current ?? [],
  };
  const header = (
    <PageHeader
      title={title}
      onBack={back}
      acts={
        isBin ? undefined : (
          <>
            <IconButton
              icon={shape === 'list' ? LayoutGrid : List}
              label={t(shape === 'list' ? 'asGrid' : 'asList')}
              onClick={switchShape}
            />
            {space.can_write ? (
              <>
                {narrow ? (
                  <IconButton icon={FolderPlus} label={t('act.newFolder')} onClick={() => setNaming(true)} />
                ) : (
                  <Button icon={<FolderPlus size={16} strokeWidth={1.75} />} onClick={() => setNaming(true)}>
                    {t('act.newFolder')}
                  </Button>
                )}
                {narrow ? (
                  <IconButton icon={Upload} tone="soft" label={t('act.upload')} onClick={upload} />
                ) : (
                  <Button type="primary" icon={<Upload size={16} strokeWidth={1.75} />} onClick={upload}>
                    {t('act.upload')}
                  </Button>
                )}
              </>
            ) : null}
          </>
        )
      }
    />
  );
  return (
    <section className={styles.content} aria-label={title}>
      {header}
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={t('act.upload')}
        onChange={(event) => {
          chosen(event.target.files);
          event.target.value = '';
        }}
      />
      {isBin ? (
        <BinView space={space} acts={acts} />
      ) : (
        <>
          <div className={styles.search}>
            <Input
              allowClear
              variant="filled"
              value={typed}
              prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
              placeholder={t('search.placeholder', { name: titleOf(space) })}
              aria-label={t('search.placeholder', { name: titleOf(space) })}
              onChange={(event) => setTyped(event.target.value)}
            />
            {narrow ? (
              <Link to={pathTo(space.id, binFolder)} className={styles.bin} aria-label={t('bin.title')}>
                <Trash2 size={18} strokeWidth={1.75} aria-hidden="true" />
              </Link>
            ) : null}
          </div>
          {words ? (
            <FolderView
              {...shared}
              key={`search ${words}`}
              query={searchQuery(words, space.id) as unknown as ReturnType<typeof entriesQuery>}
              goal={null}
              order={null}
              empty={
                <EmptyState drawing="moon" title={t('search.none', { words })} hint={t('search.noneHint')} />
              }
            />
          ) : (
            <FolderView
              {...shared}
              key={`folder ${folder}`}
              query={folderQuery}
              goal={goal}
              order={order}
              onOrder={setOrder}
              crumbs={folder ? <Crumbs space={space} path={path} acts={acts} dragged={dragged} /> : null}
              empty={
                <EmptyFolder mayWrite={space.can_write} onUpload={upload} onFolder={() => setNaming(true)} />
              }
            />
          )}
        </>
      )}
      <Sheets asked={sheet} acts={acts} mayWrite={space.can_write} onClose={() => setSheet(null)} />
      <NewFolder
        open={isNaming}
        onClose={() => setNaming(false)}
        onMake={(name) => acts.newFolder(goal, name)}
      />
    </section>
  );
}

type CrumbsProps = {
  space: Space;
  path: readonly { id: string; name: string }[];
  acts: ReturnType<typeof useActsOnEntries>;
  dragged: React.RefObject<Entry[]>;
};

/** The way from the space to here; each step takes what is dropped on it. */
function Crumbs({ space, path, acts, dragged }: CrumbsProps) {
  const { t } = useTranslation('drive');
  const titleOf = useSpaceTitle();
  const steps = [{ id: null, name: titleOf(space) }, ...path];
  return (
    <nav className={styles.crumbs} aria-label={t('path')}>
      <ol>
        {steps.map((step, at) => (
          <li key={step.id ?? 'root'}>
            {at > 0 ? <ChevronRight size={14} strokeWidth={1.75} aria-hidden="true" /> : null}
            {at === steps.length - 1 ? (
              <span aria-current="page">{step.name}</span>
            ) : (
              <Link
                to={pathTo(space.id, step.id)}
                onDragOver={(event) => event.preventDefault()}
                onDrop={(event) => {
                  event.preventDefault();
                  void acts.move(dragged.current ?? [], { space: space.id, folder: step.id }, step.name);
                }}
              >
                {step.name}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
