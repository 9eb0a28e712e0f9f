import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { useToast } from "@/ui/toast";
import type { DraggedCollection } from "./drag";
import { useChangeCollection } from "./mutations";

/** Return the function that moves a collection into another one, or out of all; a toast offers to undo it. */
export function useMoveCollection() {
  const { mutate } = useChangeCollection();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  return (
    { id, parent_id: before }: DraggedCollection,
    target: Pick<Collection, "id" | "name"> | null,
    onMoved?: () => void,
  ): void => {
    const parent = target?.id ?? null;
    if (parent === id || parent === before) return;
    const undo = () => mutate({ id, patch: { parent_id: before } }, { onError });
    const onSuccess = ({ name }: Collection) => {
      const where = target === null ? "to all collections" : `into ${target.name}`;
      toast({ message: `${name} moved ${where}`, action: { label: "Undo", run: undo } });
      onMoved?.();
    };
    mutate({ id, patch: { parent_id: parent } }, { onError, onSuccess });
  };
}
