import { type DragEvent, useState } from "react";
import type { Collection } from "@/api/types";
import { areItemsDragged, droppedCollection, droppedItems, isCollectionDragged } from "./drag";
import { useAddItems } from "./use-add-items";
import { useMoveCollection } from "./use-move-collection";

/**
 * Return the handlers of an element that takes what is dropped on it: items are added to the collection,
 * collections are moved into it. Null: the place outside of all collections.
 */
export function useDrop(collection: Collection | null) {
  const [isOver, setIsOver] = useState(false);
  const add = useAddItems();
  const move = useMoveCollection();
  const takesItems = collection !== null && !collection.is_smart && collection.role !== "viewer";
  const takesCollections = collection === null || (!collection.is_smart && collection.role === "owner");
  const accepts = (event: DragEvent) =>
    (takesItems && areItemsDragged(event)) || (takesCollections && isCollectionDragged(event));
  return {
    isOver,
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
      if (collection !== null && areItemsDragged(event)) void add(collection, droppedItems(event));
      else move(droppedCollection(event), collection);
    },
  };
}
