/** What is dragged onto collections: items of a list, or another collection. */
import type { DragEvent } from "react";
import type { Collection } from "@/api/types";
import type { Chosen } from "./mutations";

/** Data types; the values are JSON. */
const ITEMS = "application/x-genonaut-items";
const COLLECTION = "application/x-genonaut-collection";

export type DraggedCollection = Pick<Collection, "id" | "parent_id">;

export const areItemsDragged = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes(ITEMS);
export const isCollectionDragged = ({ dataTransfer }: DragEvent): boolean =>
  dataTransfer.types.includes(COLLECTION);

export function dragItems({ dataTransfer }: DragEvent, chosen: Chosen): void {
  dataTransfer.setData(ITEMS, JSON.stringify(chosen));
}

export function dragCollection({ dataTransfer }: DragEvent, { id, parent_id }: DraggedCollection): void {
  dataTransfer.setData(COLLECTION, JSON.stringify({ id, parent_id }));
}

export const droppedItems = ({ dataTransfer }: DragEvent): Chosen => JSON.parse(dataTransfer.getData(ITEMS));
export const droppedCollection = ({ dataTransfer }: DragEvent): DraggedCollection =>
  JSON.parse(dataTransfer.getData(COLLECTION));
