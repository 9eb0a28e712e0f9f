import type { QueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Content } from "@/api/types";
import { contentQuery } from "@/features/content";
import type { SelectionState } from "../selection-state";

/** Most images that an operation is applied to at once: each becomes a submission. */
const MOST = 200;
const PAGE = 100;

/** Return the selected images; throws an error if there are more than 200. */
export async function selectedImages(
  client: QueryClient,
  { ids, all }: SelectionState,
): Promise<readonly Content[]> {
  const tooMany = new Error(`Select at most ${MOST} items for this.`);
  if (all === null) {
    if (ids.size > MOST) throw tooMany;
    return Promise.all([...ids].map((id) => client.fetchQuery(contentQuery(id))));
  }
  const found: Content[] = [];
  let cursor: string | null = null;
  do {
    const query = { ...all.filter, scope: "mine", limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: { items: Content[]; next_cursor: string | null } = await unwrap(
      api.GET("/api/v1/content", { params: { query: query as never } }),
    );
    found.push(...page.items.filter(({ id }) => !all.except.has(id)));
    if (found.length > MOST) throw tooMany;
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}
