/** The department tree as lists: children in their order, and what is visible when some are folded. */
import type { Department } from '@/api';

export type TreeRow = { department: Department; level: number; children: number };

export function childrenOf(departments: Department[], parent: string | null): Department[] {
  return departments
    .filter((department) => department.parent_id === parent)
    .sort((one, other) => one.position - other.position || one.name.localeCompare(other.name));
}

/** The rows to draw, top to bottom. */
export function visibleRows(departments: Department[], open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (parent: string | null, level: number) => {
    for (const department of childrenOf(departments, parent)) {
      const children = childrenOf(departments, department.id).length;
      rows.push({ department, level, children });
      if (open.has(department.id)) walk(department.id, level + 1);
    }
  };
  walk(null, 1);
  return rows;
}

/** The department and everything above it, from the top. */
export function pathTo(departments: Department[], id: string | null | undefined): Department[] {
  const path: Department[] = [];
  let at = departments.find((department) => department.id === id);
  while (at && !path.includes(at)) {
    path.unshift(at);
    const parent = at.parent_id;
    at = departments.find((department) => department.id === parent);
  }
  return path;
}

/** Whether `id` is `ancestor` or lies below it. */
export const isWithin = (departments: Department[], id: string | null, ancestor: string): boolean =>
  pathTo(departments, id).some((department) => department.id === ancestor);
