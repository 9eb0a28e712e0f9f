/** Changes of any number of items, in requests of the size that the API allows. */
import { api, unwrap } from "@/api/client";
import type { BulkChange, BulkOutcome } from "@/api/types";

/** The most items that one request names. */
const MAX_IDS = 500;

/** Apply a change to all of its items; returns the outcome of each. */
export async function changeAll(change: BulkChange): Promise<readonly BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const part of partsOf(change)) {
    let cursor: string | null = null;
    do {
      const body: BulkChange = { ...part, cursor };
      const answer: { items: BulkOutcome[]; next_cursor: string | null } = await unwrap(
        api.POST("/api/v1/content/bulk", { body }),
      );
      outcomes.push(...answer.items);
      cursor = answer.next_cursor;
    } while (cursor !== null);
  }
  return outcomes;
}

function partsOf(change: BulkChange): BulkChange[] {
  const { ids } = change;
  if (ids === undefined) return [change];
  const starts = Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, part) => part * MAX_IDS);
  return starts.map((start) => ({ ...change, ids: ids.slice(start, start + MAX_IDS) }));
}
