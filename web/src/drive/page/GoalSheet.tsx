/** Where to: a tree of spaces and folders, of which each level is fetched when it is opened. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Tree } from 'antd';
import type { DataNode } from 'antd/es/tree';
import { Folder, FolderPlus, HardDrive, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type EntryPage, type Space } from '@/api';
import { Failure, Sheet, SkeletonRows } from '@/ui';
import { type Goal, spacesQuery } from '../api';
import { useActsOnEntries } from './acts';
import styles from './GoalSheet.module.css';
import { useSpaceTitle } from './Side';

const foldersMax = 200;

type Node = DataNode & { goal: Goal; name: string; children?: Node[] };

const keyOf = ({ space, folder }: Goal) => `${space} ${folder ?? ''}`;

type Moving = { id: string; name: string };

type Props = {
  /** What is on its way; nothing keeps the sheet closed. */
  entries: readonly Moving[] | null;
  isCopy: boolean;
  onChoose: (goal: Goal, name: string) => void;
  onClose: () => void;
};

export function GoalSheet({ entries, isCopy, onChoose, onClose }: Props) {
  const { t } = useTranslation('drive');
  const first = entries?.[0]?.name ?? '';
  const title = t(isCopy ? 'goal.copy' : 'goal.move', { name: first, count: entries?.length ?? 0 });
  return (
    <Sheet open={entries !== null} onClose={onClose} title={title}>
      {entries ? <GoalForm entries={entries} isCopy={isCopy} onChoose={onChoose} onClose={onClose} /> : null}
    </Sheet>
  );
}

/** A tree with what lies under one of its nodes. */
const grown = (nodes: Node[], key: string, children: Node[]): Node[] =>
  nodes.map((node) =>
    node.key === key
      ? { ...node, children, isLeaf: children.length === 0 }
      : { ...node, children: node.children ? grown(node.children, key, children) : undefined },
  );

function GoalForm({
  entries,
  isCopy,
  onChoose,
  onClose,
}: Omit<Props, 'entries'> & { entries: readonly Moving[] }) {
  const { t } = useTranslation(['drive', 'ui']);
  const spaces = useQuery(spacesQuery);
  const titleOf = useSpaceTitle();
  const client = useQueryClient();
  const acts = useActsOnEntries();
  const [grownNodes, setNodes] = useState<Node[] | null>(null);
  const [chosen, setChosen] = useState<Node | null>(null);
  const [opened, setOpen] = useState<React.Key[] | null>(null);
  const rootOf = (space: Space): Node => {
    const goal = { space: space.id, folder: null };
    const Icon = space.kind === 'personal' ? HardDrive : UsersRound;
    return {
      key: keyOf(goal),
      goal,
      name: titleOf(space),
      title: titleOf(space),
      icon: <Icon size={16} strokeWidth={1.75} />,
    };
  };
  const nodes = grownNodes ?? (spaces.data?.spaces ?? []).filter(({ can_write }) => can_write).map(rootOf);
  // One's own space is open from the beginning.
  const open = opened ?? nodes.slice(0, 1).map(({ key }) => key);
  const moving = new Set(isCopy ? [] : entries.map(({ id }) => id));
  const fetchUnder = async (node: Node): Promise<Node[]> => {
    const { space, folder } = node.goal;
    const page = await client.fetchQuery({
      queryKey: ['drive', 'folders', space, folder],
      queryFn: () =>
        api.get<EntryPage>(`/api/drive/spaces/${space}/entries`, { folder, sort: 'name', limit: foldersMax }),
      staleTime: 0,
    });
    return page.entries
      .filter(({ kind, id }) => kind === 'folder' && !moving.has(id))
      .map(({ id, name }) => {
        const goal = { space, folder: id };
        return { key: keyOf(goal), goal, name, title: name, icon: <Folder size={16} strokeWidth={1.75} /> };
      });
  };
  const grow = async (node: Node) => {
    const children = await fetchUnder(node);
    setNodes((now) => grown(now ?? nodes, String(node.key), children));
  };
  const makeHere = async () => {
    if (!chosen) return;
    const made = await acts.newFolder(chosen.goal, t('drive:newFolderName'));
    if (!made) return;
    await grow(chosen);
    setOpen([...open, chosen.key]);
  };
  if (spaces.isError) return <Failure error={spaces.error} onRetry={() => void spaces.refetch()} compact />;
  if (!spaces.data) return <SkeletonRows rows={4} />;
  return (
    <div className={styles.form}>
      <div className={styles.tree}>
        <Tree<Node>
          blockNode
          showIcon
          treeData={nodes}
          loadData={grow}
          expandedKeys={open}
          onExpand={setOpen}
          selectedKeys={chosen ? [chosen.key] : []}
          onSelect={(_, { node }) => setChosen(node)}
          aria-label={t('drive:goal.where')}
        />
      </div>
      <footer className={styles.foot}>
        <Button
          type="text"
          disabled={!chosen}
          icon={<FolderPlus size={16} strokeWidth={1.75} />}
          onClick={() => void makeHere()}
        >
          {t('drive:act.newFolder')}
        </Button>
        <span className={styles.space} />
        <Button onClick={onClose}>{t('ui:cancel')}</Button>
        <Button
          type="primary"
          disabled={!chosen}
          onClick={() => {
            if (!chosen) return;
            onChoose(chosen.goal, chosen.name);
            onClose();
          }}
        >
          {t(isCopy ? 'drive:goal.copyHere' : 'drive:goal.moveHere')}
        </Button>
      </footer>
    </div>
  );
}
