import type { Listed, ListedPages } from "@/features/content";

/** Where items go: before or after another item, or to the end. */
export type Place =
  | { readonly before: number; readonly after?: never }
  | { readonly after: number; readonly before?: never }
  | { readonly before?: never; readonly after?: never };

/**
 * Return the list with items moved, as far as they are loaded; pages keep their sizes.
 *
 * Items that are moved to the end disappear while further pages are not loaded.
 */
export function reordered(list: ListedPages, ids: readonly number[], place: Place): ListedPages {
  const all = list.pages.flatMap((page) => page.items);
  const byId = new Map(all.map((item) => [item.id, item]));
  const moved = ids.flatMap((id) => byId.get(id) ?? []);
  const rest = all.filter(({ id }) => !ids.includes(id));
  const isToUnloadedEnd =
    place.before === undefined && place.after === undefined && list.pages.at(-1)?.next_cursor != null;
  const at = placeIn(rest, place);
  const next = isToUnloadedEnd ? rest : [...rest.slice(0, at), ...moved, ...rest.slice(at)];
  let start = 0;
  const pages = list.pages.map((page) => {
    const items = next.slice(start, start + page.items.length);
    start += page.items.length;
    return { ...page, items };
  });
  return { ...list, pages };
}

function placeIn(items: readonly Listed[], { before, after }: Place): number {
  const target = items.findIndex(({ id }) => id === (before ?? after));
  if (target === -1) return items.length;
  return after === undefined ? target : target + 1;
}
