import { type DragEvent, useState } from "react";
import { messageOf } from "@/api/problem";
import type { Collection } from "@/api/types";
import { useToast } from "@/ui/toast";
import { useChangeCollection } from "../mutations";

/** Data type of a dragged collection; its value is its id. */
const DRAGGED_COLLECTION = "application/x-genonaut-collection";

/** Return the handlers with which a card can be dragged onto another one, which it is moved into. */
export function useCardDrop({ id, name, role, is_smart: isSmart }: Collection) {
  const [isOver, setIsOver] = useState(false);
  const { mutate } = useChangeCollection();
  const toast = useToast();
  const accepts = (event: DragEvent) =>
    role === "owner" && !isSmart && event.dataTransfer.types.includes(DRAGGED_COLLECTION);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const move = (moved: number) =>
    mutate(
      { id: moved, patch: { parent_id: id } },
      {
        onError,
        onSuccess: (collection) =>
          toast({ message: `${collection.name} moved into ${name}`, severity: "success" }),
      },
    );
  return {
    isOver,
    draggable: role === "owner",
    onDragStart: (event: DragEvent) => event.dataTransfer.setData(DRAGGED_COLLECTION, String(id)),
    onDragOver: (event: DragEvent) => {
      if (!accepts(event)) return;
      event.preventDefault();
      setIsOver(true);
    },
    onDragLeave: () => setIsOver(false),
    onDrop: (event: DragEvent) => {
      setIsOver(false);
      if (!accepts(event)) return;
      event.preventDefault();
      const moved = Number(event.dataTransfer.getData(DRAGGED_COLLECTION));
      if (moved !== id) move(moved);
    },
  };
}
