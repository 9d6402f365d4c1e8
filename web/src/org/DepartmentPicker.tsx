/** Choosing departments from the tree. */
import { TreeSelect } from 'antd';
import type { ComponentProps } from 'react';
import type { Department } from '@/api';
import { childrenOf } from './tree';

type Node = { value: string; title: string; disabled: boolean; children: Node[] };

function nodes(departments: Department[], parent: string | null, disabled: (id: string) => boolean): Node[] {
  return childrenOf(departments, parent).map((department) => ({
    value: department.id,
    title: department.name,
    disabled: disabled(department.id),
    children: nodes(departments, department.id, disabled),
  }));
}

type Props = Omit<ComponentProps<typeof TreeSelect>, 'treeData'> & {
  departments: Department[];
  isDisabled?: (id: string) => boolean;
};

export function DepartmentPicker({ departments, isDisabled = () => false, ...rest }: Props) {
  return (
    <TreeSelect
      treeDefaultExpandAll
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      style={{ width: '100%' }}
      {...rest}
      treeData={nodes(departments, null, isDisabled)}
    />
  );
}
