import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { messageOf } from "@/api/problem";
import { type ContentFilter, galleryQuery, type ListedPages, refreshContentLists } from "@/features/content";
import { useToast } from "@/ui/toast";
import { collectionKeys, inPath } from "../queries";
import { type Place, reordered } from "./reordered";

interface Move {
  readonly ids: readonly number[];
  readonly place: Place;
}

/** Change the order of a collection; shown at once in its list, and undone there when the request fails. */
export function useMoveItems(collectionId: number, list: ContentFilter) {
  const client = useQueryClient();
  const toast = useToast();
  const { queryKey } = galleryQuery(list);
  return useMutation({
    mutationFn: ({ ids, place }: Move) =>
      unwrap(
        api.POST("/api/v1/collections/{collection_id}/items/move", {
          params: inPath(collectionId),
          body: { ids: [...ids], ...place },
        }),
      ),
    onMutate: ({ ids, place }) => {
      const before = client.getQueryData<ListedPages>(queryKey);
      client.setQueryData<ListedPages>(queryKey, (known) => known && reordered(known, ids, place));
      return { before };
    },
    onError: (error, _move, result) => {
      client.setQueryData(queryKey, result?.before);
      toast({ message: messageOf(error), severity: "error" });
    },
    onSettled: () => {
      refreshContentLists(client);
      void client.invalidateQueries({ queryKey: ["content", "neighbours"] });
      void client.invalidateQueries({ queryKey: collectionKeys.all });
    },
  });
}
