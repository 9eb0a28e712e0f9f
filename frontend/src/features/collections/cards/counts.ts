import type { Collection } from "@/api/types";
import { countOfItems } from "@/features/content";
import { formatCount } from "@/lib/format";

/** Return what is in a collection: "12 items · 2 collections". */
export function describeCounts(
  { item_count, collection_count }: Pick<Collection, "item_count" | "collection_count">,
  /** Of a smart collection; null if there are more than the server counts. */
  found: number | null | undefined = undefined,
): string {
  const parts: string[] = [];
  if (item_count !== null) {
    if (item_count > 0 || collection_count === 0) parts.push(countOfItems(item_count));
  } else if (found !== undefined) {
    parts.push(countOfItems(found));
  }
  if (collection_count > 0)
    parts.push(`${formatCount(collection_count)} collection${collection_count === 1 ? "" : "s"}`);
  return parts.join(" · ");
}

/** Return with whom a collection is shared: "Shared with 2 members"; empty if it is not. */
export function describeSharing({
  role,
  member_count: count,
}: Pick<Collection, "role" | "member_count">): string {
  if (role !== "owner") return "Shared with you";
  if (count === 0) return "";
  return `Shared with ${formatCount(count)} member${count === 1 ? "" : "s"}`;
}
