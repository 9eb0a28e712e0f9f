import { useCallback, useEffect, useRef } from "react";
import { messageOf } from "@/api/problem";
import { useDeleteContent, useRestoreContent } from "@/features/content";
import { useToast } from "@/ui/toast";

interface Callbacks {
  /** Called after the item was moved to the trash. */
  readonly onRemoved: () => void;
  /** Called after it was restored. */
  readonly onRestored: () => void;
}

/** Called before the item is removed. */
type Prepare = () => Promise<Callbacks>;

/** The items that a page shows and leaves when they are removed, by whatever menu, key or button. */
const pages = new Map<number, Prepare>();

/** Prepare for the removal of an item that the page shows. */
export function useBeforeRemoval(id: number, prepare: Prepare): void {
  const latest = useRef(prepare);
  latest.current = prepare;
  useEffect(() => {
    const run = () => latest.current();
    pages.set(id, run);
    return () => {
      if (pages.get(id) === run) pages.delete(id);
    };
  }, [id]);
}

interface Removed {
  readonly id: number;
  readonly page: Callbacks | undefined;
}

/** What the shown toast restores, the last one first. */
let undoable: readonly Removed[] = [];

/** Return a function that moves an item to the trash; a toast offers to undo it and the removals just before. */
export function useRemove() {
  const { mutateAsync: restore } = useRestoreContent();
  const { mutateAsync: remove, isPending } = useDeleteContent();
  const toast = useToast();
  const run = useCallback(
    (id: number) => {
      const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
      const removeIt = async () => {
        const page = await pages.get(id)?.();
        await remove(id);
        undoable = [{ id, page }, ...undoable];
        const removed = undoable;
        const undo = async () => {
          await Promise.all(removed.map((one) => restore(one.id)));
          // The page that was left first is opened last.
          for (const one of removed) one.page?.onRestored();
        };
        toast({
          key: "removed",
          message: removed.length === 1 ? "Moved to the trash" : `${removed.length} items moved to the trash`,
          action: { label: "Undo", run: () => void undo().catch(onError) },
          onEnd: () => {
            undoable = [];
          },
        });
        page?.onRemoved();
      };
      void removeIt().catch(onError);
    },
    [remove, restore, toast],
  );
  return { remove: run, isRemoving: isPending };
}
