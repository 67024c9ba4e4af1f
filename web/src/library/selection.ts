/** Which videos are chosen, and where a range begins. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** The row that was chosen last without the shift key. */
  anchor: string | null;
}

export const NOTHING_SELECTED: Selection = { ids: new Set(), anchor: null };

/**
 * Chooses or drops one row; with `range`, all rows between it and the last one, which then are as this one becomes.
 * `order` is the rows' order on the screen.
 */
export function toggled(
  selection: Selection,
  id: string,
  order: readonly string[],
  range: boolean,
): Selection {
  const choose = !selection.ids.has(id);
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  const touched =
    range && from >= 0 && to >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
  const ids = new Set(selection.ids);
  for (const each of touched) {
    if (choose) ids.add(each);
    else ids.delete(each);
  }
  return { ids, anchor: id };
}

/** How much of a page is chosen. */
export function coverage(selection: Selection, page: readonly string[]): 'none' | 'some' | 'all' {
  const chosen = page.filter((id) => selection.ids.has(id)).length;
  if (chosen === 0) return 'none';
  return chosen === page.length ? 'all' : 'some';
}

/** Chooses a whole page, or drops it when all of it is chosen; what other pages have stays chosen. */
export function pageToggled(selection: Selection, page: readonly string[]): Selection {
  const ids = new Set(selection.ids);
  const drop = coverage(selection, page) === 'all';
  for (const id of page) {
    if (drop) ids.delete(id);
    else ids.add(id);
  }
  return { ids, anchor: null };
}

/** The selection without videos that are gone. */
export function without(selection: Selection, gone: readonly string[]): Selection {
  const ids = new Set(selection.ids);
  for (const id of gone) ids.delete(id);
  return { ids, anchor: null };
}
