import { useCallback } from "react";
import { messageOf } from "@/api/problem";
import { useDeleteContent, useRestoreContent } from "@/features/content";
import { useToast } from "@/ui/toast";

interface Callbacks {
  /** Called after the item was moved to the trash. */
  readonly onRemoved?: () => void;
  /** Called after it was restored. */
  readonly onRestored?: () => void;
}

/** Return a function that moves an item to the trash; a toast offers to undo it. */
export function useRemove() {
  const { mutateAsync: restore } = useRestoreContent();
  const { mutateAsync: remove, isPending } = useDeleteContent();
  const toast = useToast();
  const run = useCallback(
    (id: number, { onRemoved, onRestored }: Callbacks = {}) => {
      const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
      const undo = () => void restore(id).then(onRestored).catch(onError);
      void remove(id)
        .then(() => {
          toast({ message: "Moved to the trash", action: { label: "Undo", run: undo } });
          onRemoved?.();
        })
        .catch(onError);
    },
    [remove, restore, toast],
  );
  return { remove: run, isRemoving: isPending };
}
