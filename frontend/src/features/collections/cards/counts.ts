import type { Collection } from "@/api/types";
import { formatCount } from "@/lib/format";

const plural = (count: number, one: string): string =>
  `${formatCount(count)} ${one}${count === 1 ? "" : "s"}`;

/** Return what is in a collection: "12 images · 2 collections". */
export function describeCounts(
  { item_count, collection_count }: Pick<Collection, "item_count" | "collection_count">,
  /** Of a smart collection; null if there are more than the server counts. */
  found: number | null | undefined = undefined,
): string {
  const parts: string[] = [];
  if (item_count !== null) {
    if (item_count > 0 || collection_count === 0) parts.push(plural(item_count, "image"));
  } else if (found !== undefined) {
    parts.push(found === null ? "More than 10,000 images" : plural(found, "image"));
  }
  if (collection_count > 0) parts.push(plural(collection_count, "collection"));
  return parts.join(" · ");
}
