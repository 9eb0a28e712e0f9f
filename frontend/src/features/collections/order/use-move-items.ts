import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import {
  type ContentFilter,
  countOfItems,
  galleryQuery,
  type ListedPages,
  refreshContentLists,
} from "@/features/content";
import { useToast } from "@/ui/toast";
import { moveItems } from "../mutations";
import { collectionKeys } from "../queries";
import { type Place, reordered } from "./reordered";
import { runsOf } from "./runs";

interface Move {
  readonly ids: readonly number[];
  readonly place: Place;
  /** Whether a toast offers to undo it. */
  readonly hasToast?: boolean;
}

/** Change the order of a collection; shown at once in its list, and undone there when the request fails. */
export function useMoveItems(collectionId: number, list: ContentFilter) {
  const client = useQueryClient();
  const toast = useToast();
  const { queryKey } = galleryQuery(list);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  return useMutation({
    mutationFn: ({ ids, place }: Move) => moveItems(collectionId, [{ ids, place }]),
    onMutate: ({ ids, place }) => {
      const before = client.getQueryData<ListedPages>(queryKey);
      client.setQueryData<ListedPages>(queryKey, (known) => known && reordered(known, ids, place));
      return { before };
    },
    onSuccess: (_answer, { ids, hasToast }, { before }) => {
      if (hasToast !== true || before === undefined) return;
      const undo = () =>
        moveItems(collectionId, runsOf(idsOf(before), ids)).then(() => refreshOrder(client), onError);
      toast({ message: `${countOfItems(ids.length)} moved`, action: { label: "Undo", run: undo } });
    },
    onError: (error, _move, result) => {
      client.setQueryData(queryKey, result?.before);
      onError(error);
    },
    onSettled: () => refreshOrder(client),
  });
}

const idsOf = (list: ListedPages): number[] => list.pages.flatMap(({ items }) => items.map(({ id }) => id));

/** Return the items of a list in their order, as far as they are loaded. */
export function knownOrder(client: QueryClient, list: ContentFilter): readonly number[] {
  const known = client.getQueryData<ListedPages>(galleryQuery(list).queryKey);
  return known === undefined ? [] : idsOf(known);
}

function refreshOrder(client: QueryClient): void {
  refreshContentLists(client);
  void client.invalidateQueries({ queryKey: ["content", "neighbours"] });
  void client.invalidateQueries({ queryKey: collectionKeys.all });
}
