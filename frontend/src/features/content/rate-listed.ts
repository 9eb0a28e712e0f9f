import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Rating } from "@/api/types";
import { changeLists } from "./list-cache";
import { withItem } from "./list-pages";
import { refreshContentLists } from "./mutations";
import { contentKeys, inPath } from "./queries";

interface Rated {
  readonly id: number;
  readonly rating: Rating;
}

/** Rate any item of a list. */
export function useRateListed() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, rating }: Rated) =>
      unwrap(api.PUT("/api/v1/content/{content_id}/rating", { params: { ...inPath(id) }, body: { rating } })),
    onSuccess: (item) => {
      client.setQueryData(contentKeys.detail(item.id), item);
      changeLists(client, (list) => withItem(list, item));
    },
    onSettled: () => refreshContentLists(client),
  });
}
