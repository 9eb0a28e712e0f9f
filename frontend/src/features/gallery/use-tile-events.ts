import { type DragEvent, type MouseEvent, useCallback, useEffect, useState } from "react";
import { type Chosen, dragItems } from "@/features/collections";
import type { Point } from "@/features/operations";
import { chosenOf } from "./toolbar/chosen";
import type { Selection } from "./use-selection";

/** Images that are being dragged. */
export interface Dragged {
  readonly chosen: Chosen;
  /** Null if there are more than the server counts. */
  readonly count: number | null;
}

/** The menu of an image, opened where the pointer is. */
export interface OpenedMenu {
  readonly id: number;
  /** Null once it is closed: a dialog that it opened is still open. */
  readonly at: Point | null;
}

/** Return the id of the image of a tile. One listener for the list: tiles stay light. */
export function idAt(target: EventTarget | null): number | null {
  const tile = target instanceof Element ? target.closest("[data-tile]") : null;
  const address = tile?.querySelector('a[href^="/view/"]')?.getAttribute("href");
  const id = Number(address?.slice("/view/".length) ?? Number.NaN);
  return Number.isInteger(id) ? id : null;
}

/** Return the handlers of a list of tiles: what is dragged, and which menu is open. */
export function useTileEvents(selection: Selection) {
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const [menu, setMenu] = useState<OpenedMenu | null>(null);
  useEffect(() => {
    if (dragged === null) return;
    // The tile may have left the list by then.
    const end = () => setDragged(null);
    window.addEventListener("dragend", end);
    window.addEventListener("drop", end);
    return () => {
      window.removeEventListener("dragend", end);
      window.removeEventListener("drop", end);
    };
  }, [dragged]);
  const onDragStart = (event: DragEvent) => {
    const id = idAt(event.target);
    if (id === null) return;
    const isSelected = selection.has(id);
    const next: Dragged = isSelected
      ? { chosen: chosenOf(selection.state), count: selection.count }
      : { chosen: { ids: [id] }, count: 1 };
    dragItems(event, next.chosen);
    // A change of the page in this event would end the dragging.
    setTimeout(() => setDragged(next), 0);
  };
  const onContextMenu = (event: MouseEvent) => {
    const id = event.shiftKey || event.defaultPrevented ? null : idAt(event.target);
    if (id === null) return;
    event.preventDefault();
    setMenu({ id, at: { left: event.clientX, top: event.clientY } });
  };
  const closeMenu = useCallback(() => setMenu((before) => before && { ...before, at: null }), []);
  return { dragged, menu, closeMenu, handlers: { onDragStart, onContextMenu } };
}
