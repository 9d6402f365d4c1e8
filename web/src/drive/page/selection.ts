/** Which entries are chosen: one by one, or a stretch from the last one touched. Plain values. */

export type Selection = { readonly ids: ReadonlySet<string>; readonly anchor: string | null };

export const nothingChosen: Selection = { ids: new Set(), anchor: null };

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id };
}

/** Everything from the anchor to this one, beside what was chosen before. */
export function stretched({ ids, anchor }: Selection, id: string, order: readonly string[]): Selection {
  const from = order.indexOf(anchor ?? id);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return toggled({ ids, anchor }, id);
  const stretch = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...ids, ...stretch]), anchor: anchor ?? id };
}

export const all = (order: readonly string[]): Selection => ({
  ids: new Set(order),
  anchor: order[0] ?? null,
});

/** Without what is not there any more. */
export function existing(selection: Selection, order: readonly string[]): Selection {
  const here = new Set(order);
  const ids = [...selection.ids].filter((id) => here.has(id));
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) };
}
