import { useQueryClient } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { Collection, CollectionPatch } from "@/api/types";
import { meQuery } from "@/features/session";
import { useToast } from "@/ui/toast";
import { deleteCollection, leaveCollection, useChangeCollection } from "./mutations";
import { removeSoon } from "./removals";

/** Return the functions that archive, restore, delete and leave a collection; toasts offer to undo them. */
export function useCollectionActions(
  { id, name }: Pick<Collection, "id" | "name">,
  /** Called when it is hidden, since it was deleted or left. */
  onRemoved?: () => void,
) {
  const client = useQueryClient();
  const toast = useToast();
  const { mutate } = useChangeCollection();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const patch = (changes: CollectionPatch, message: string, undone?: CollectionPatch) => {
    const undo = () => mutate({ id, patch: undone ?? {} }, { onError });
    const action = undone === undefined ? {} : { action: { label: "Undo", run: undo } };
    mutate({ id, patch: changes }, { onError, onSuccess: () => toast({ message, ...action }) });
  };
  const removeBy = (request: (id: number) => Promise<unknown>, message: string) => {
    const { undo, finish } = removeSoon(client, id, request, onError);
    toast({ message, action: { label: "Undo", run: undo }, onEnd: finish });
    onRemoved?.();
  };
  return {
    archive: () => patch({ archived: true }, `${name} archived`, { archived: false }),
    restore: () => patch({ archived: false }, `${name} restored`, { archived: true }),
    forgetCover: (cover: number) =>
      patch({ cover_content_id: null }, "The first images are shown", { cover_content_id: cover }),
    remove: () => removeBy(deleteCollection, `${name} deleted. Its images stay in the gallery.`),
    leave: () =>
      removeBy(async () => {
        const me = await client.ensureQueryData(meQuery);
        return me === null ? undefined : leaveCollection(id, me.id);
      }, `You left ${name}`),
  };
}
