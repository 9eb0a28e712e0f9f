import { useQueryClient } from "@tanstack/react-query";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { useToast } from "@/ui/toast";
import { useChangeCollection } from "./mutations";
import { removeSoon } from "./removals";

/** Return the functions that archive, restore and delete a collection; toasts offer to undo them. */
export function useCollectionActions({ id, name }: Pick<Collection, "id" | "name">, onDeleted?: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const { mutate } = useChangeCollection();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const setArchived = (archived: boolean, message: string, undo?: () => void) =>
    mutate(
      { id, patch: { archived } },
      {
        onError,
        onSuccess: () =>
          toast({ message, ...(undo !== undefined && { action: { label: "Undo", run: undo } }) }),
      },
    );
  const restore = () => setArchived(false, `${name} restored`);
  const archive = () => setArchived(true, `${name} archived`, restore);
  const remove = () => {
    const undo = removeSoon(client, id, onError);
    toast({
      message: `${name} deleted. Its images stay in the gallery.`,
      action: { label: "Undo", run: undo },
    });
    onDeleted?.();
  };
  return { archive, restore, remove };
}
