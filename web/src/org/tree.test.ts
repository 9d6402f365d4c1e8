import { describe, expect, it } from 'vitest';
import type { Department } from '@/api';
import { isWithin, pathTo, visibleRows } from './tree';

const department = (id: string, parent_id: string | null, position = 0): Department => ({
  id,
  parent_id,
  name: id,
  position,
  head_id: null,
  member_count: 0,
});

const departments = [
  department('design', 'product', 1),
  department('product', null, 1),
  department('research', null, 0),
  department('apps', 'product', 0),
];

const picture = (open: string[]) =>
  visibleRows(departments, new Set(open)).map(
    ({ department, level, children }) => `${'  '.repeat(level - 1)}${department.name} ${children}`,
  );

describe('the department tree', () => {
  it('shows open departments in their order', () => {
    expect(picture([])).toEqual(['research 0', 'product 2']);
    expect(picture(['product'])).toEqual(['research 0', 'product 2', '  apps 0', '  design 0']);
  });

  it('knows the way up', () => {
    expect(pathTo(departments, 'design').map(({ id }) => id)).toEqual(['product', 'design']);
    expect(isWithin(departments, 'design', 'product')).toBe(true);
    expect(isWithin(departments, 'product', 'design')).toBe(false);
  });

  it('survives a circle in what the server says', () => {
    const circle = [department('a', 'b'), department('b', 'a')];
    expect(pathTo(circle, 'a').map(({ id }) => id)).toEqual(['b', 'a']);
    expect(visibleRows(circle, new Set(['a', 'b']))).toEqual([]);
  });
});
