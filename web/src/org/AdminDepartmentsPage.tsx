/** The department tree, for those who look after it: add, rename, move, order, head, remove. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown, Tree } from 'antd';
import { ChevronDown, Ellipsis, FolderPlus } from 'lucide-react';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Department, useMe } from '@/api';
import { EmptyState, Failure, IconButton, SkeletonRows, useErrorWords, useToast } from '@/ui';
import styles from './AdminDepartmentsPage.module.css';
import { AdminFrame } from './AdminFrame';
import { DepartmentDialog, type Editing } from './DepartmentDialog';
import { departmentsQuery } from './queries';
import { childrenOf, isWithin } from './tree';

type TreeProps = ComponentProps<typeof Tree>;
type Node = { key: string; title: ReactNode; children: Node[] };

/** Moving shows at once; a refusal puts the tree back and says why. */
function useMove(departments: Department[]) {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  return async (id: string, parent_id: string | null, position: number) => {
    const moved = departments.find((department) => department.id === id);
    if (!moved || (parent_id !== null && isWithin(departments, parent_id, id))) return;
    const siblings = childrenOf(departments, parent_id).filter((department) => department.id !== id);
    siblings.splice(position, 0, { ...moved, parent_id });
    const placed = new Map(
      siblings.map((department, at) => [department.id, { ...department, position: at }]),
    );
    client.setQueryData(
      departmentsQuery.queryKey,
      departments.map((department) => placed.get(department.id) ?? department),
    );
    try {
      await api.patch(`/api/org/departments/${id}`, { parent_id, position });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    await client.invalidateQueries({ queryKey: ['org'] });
  };
}

function useRemove() {
  const { t } = useTranslation(['org', 'ui']);
  const client = useQueryClient();
  const { modal } = App.useApp();
  const toast = useToast();
  const words = useErrorWords();
  return (department: Department) =>
    modal.confirm({
      title: t('org:department.removeTitle', { name: department.name }),
      content: t('org:department.removeDetail'),
      okText: t('org:department.remove'),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: async () => {
        try {
          await api.delete(`/api/org/departments/${department.id}`);
        } catch (error) {
          toast({ tone: 'failed', words: words(error) });
        }
        await client.invalidateQueries({ queryKey: ['org'] });
      },
    });
}

type RowProps = {
  department: Department;
  siblings: Department[];
  onEdit: (editing: Editing) => void;
  onMove: (position: number) => void;
  onRemove: () => void;
};

function TreeRow({ department, siblings, onEdit, onMove, onRemove }: RowProps) {
  const { t } = useTranslation('org');
  const at = siblings.findIndex(({ id }) => id === department.id);
  return (
    <span className={styles.row}>
      <span className={styles.name}>{department.name}</span>
      <span className={styles.count}>{department.member_count}</span>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          onClick: ({ domEvent }) => domEvent.stopPropagation(),
          items: [
            { key: 'add', label: t('department.addBelow'), onClick: () => onEdit({ parent: department.id }) },
            { key: 'edit', label: t('department.edit'), onClick: () => onEdit({ department }) },
            { key: 'up', label: t('department.up'), disabled: at <= 0, onClick: () => onMove(at - 1) },
            {
              key: 'down',
              label: t('department.down'),
              disabled: at === siblings.length - 1,
              onClick: () => onMove(at + 1),
            },
            { type: 'divider' },
            { key: 'remove', label: t('department.remove'), danger: true, onClick: onRemove },
          ],
        }}
      >
        <IconButton
          icon={Ellipsis}
          label={t('admin.more', { name: department.name })}
          onClick={(event) => event.stopPropagation()}
        />
      </Dropdown>
    </span>
  );
}

function DepartmentsTree({
  departments,
  onEdit,
}: {
  departments: Department[];
  onEdit: (editing: Editing) => void;
}) {
  const move = useMove(departments);
  const remove = useRemove();
  const nodesOf = (parent: string | null): Node[] => {
    const siblings = childrenOf(departments, parent);
    return siblings.map((department) => ({
      key: department.id,
      title: (
        <TreeRow
          department={department}
          siblings={siblings}
          onEdit={onEdit}
          onMove={(position) => void move(department.id, parent, position)}
          onRemove={() => remove(department)}
        />
      ),
      children: nodesOf(department.id),
    }));
  };
  const drop: TreeProps['onDrop'] = ({ dragNode, node, dropPosition, dropToGap }) => {
    const dragged = String(dragNode.key);
    const target = departments.find(({ id }) => id === String(node.key));
    if (!target) return;
    if (!dropToGap) {
      void move(dragged, target.id, childrenOf(departments, target.id).length);
      return;
    }
    const siblings = childrenOf(departments, target.parent_id).filter(({ id }) => id !== dragged);
    const at = siblings.findIndex(({ id }) => id === target.id);
    const below = dropPosition > Number(node.pos.split('-').at(-1));
    void move(dragged, target.parent_id, below ? at + 1 : Math.max(0, at));
  };
  return (
    <div className={styles.scroll}>
      <Tree
        className={styles.tree}
        blockNode
        defaultExpandAll
        selectable={false}
        draggable={{ icon: false }}
        switcherIcon={<ChevronDown size={14} strokeWidth={1.75} />}
        treeData={nodesOf(null)}
        onDrop={drop}
      />
    </div>
  );
}

export default function AdminDepartmentsPage() {
  const { t } = useTranslation('org');
  const me = useMe();
  const [editing, setEditing] = useState<Editing | null>(null);
  const found = useQuery(departmentsQuery);
  const departments = found.data ?? [];
  const add = (
    <Button
      type="primary"
      icon={<FolderPlus size={16} strokeWidth={1.75} />}
      onClick={() => setEditing({ parent: null })}
    >
      {t('department.add')}
    </Button>
  );
  return (
    <AdminFrame
      page="/admin/departments"
      detail={me.organisation.name}
      acts={departments.length > 0 ? add : null}
    >
      {found.isError && !found.data ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <SkeletonRows rows={8} height={40} avatar={false} />
      ) : departments.length === 0 ? (
        <EmptyState title={t('department.none')} hint={t('department.noneHint')} act={add} />
      ) : (
        <>
          <p className={styles.hint}>{t('department.hint')}</p>
          <DepartmentsTree departments={departments} onEdit={setEditing} />
        </>
      )}
      <DepartmentDialog editing={editing} departments={departments} onClose={() => setEditing(null)} />
    </AdminFrame>
  );
}
