import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useEffect, useRef, useState } from "react";
import type { ContentFilter, Listed } from "@/features/content";
import type { Selection } from "@/features/gallery/toolbar";
import type { Layout } from "@/lib/use-layout-choice";
import { visuallyHidden } from "@/ui/visually-hidden";
import type { Place } from "./reordered";
import { idOf, type Line, placeAt, placeByKey, tileAt } from "./targets";
import { useMoveItems } from "./use-move-items";

export interface ItemOrderProps {
  readonly collectionId: number;
  readonly list: ContentFilter;
  readonly items: readonly Listed[];
  readonly selection: Selection;
  readonly layout: Layout;
}

/**
 * Puts the items of a collection in order: tiles are dragged between others, or moved with Shift and an
 * arrow key. Listens to the window, so that tiles know nothing about it.
 */
export function ItemOrder(props: ItemOrderProps) {
  const { collectionId, list, items } = props;
  const { mutate } = useMoveItems(collectionId, list);
  const [line, setLine] = useState<Line | null>(null);
  const [moved, setMoved] = useState("");
  const latest = useRef({ ...props, mutate });
  latest.current = { ...props, mutate };
  useEffect(() => {
    const idsOf = () => latest.current.items.map(({ id }) => id);
    const move = (ids: readonly number[], place: Place, hasToast: boolean) =>
      latest.current.mutate({ ids, place, hasToast });
    const stopDragging = listenToDragging({
      draggedWith: (id) => {
        const { selection } = latest.current;
        if (!idsOf().includes(id)) return [];
        if (!selection.has(id)) return [id];
        // Of a selection of all items there is nothing to order.
        return selection.state.all === null ? idsOf().filter(selection.has) : [];
      },
      layout: () => latest.current.layout,
      onLine: setLine,
      onMove: (ids, place) => move(ids, place, true),
    });
    const onKeyDown = (event: KeyboardEvent) => {
      const id = hasOnlyShift(event) ? idOf(tileAt(event.target)) : null;
      const place = id === null ? null : placeByKey(idsOf(), id, event.key);
      if (id === null || place === null) return;
      event.preventDefault();
      move([id], place, false);
      focusSoon(id);
      setMoved(describeMove(idsOf().indexOf(id), place));
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      stopDragging();
      window.removeEventListener("keydown", onKeyDown);
    };
  }, []);
  if (items.length < 2) return null;
  return (
    <>
      <Typography
        variant="body2"
        sx={{ display: { xs: "none", md: "block" }, mb: 1.5, color: "text.secondary" }}
      >
        Drag items to put them in order, or press Shift with an arrow key.
      </Typography>
      {line === null ? null : (
        <Box
          data-drop-line
          style={line}
          sx={{
            position: "fixed",
            zIndex: "appBar",
            borderRadius: "2px",
            bgcolor: "primary.main",
            pointerEvents: "none",
          }}
        />
      )}
      <Box role="status" sx={visuallyHidden}>
        {moved}
      </Box>
    </>
  );
}

/** Return where an item is after it was moved by one from this index. */
const describeMove = (index: number, { after }: Place): string =>
  `Moved to place ${after === undefined ? index : index + 2}`;

const hasOnlyShift = ({ shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  shiftKey && !ctrlKey && !metaKey && !altKey;

/** Focus an item again after its tile was drawn in another row. */
function focusSoon(id: number): void {
  const focus = () =>
    document.querySelector<HTMLElement>(`[data-tile] a[href="/view/${id}"]`)?.focus({ preventScroll: false });
  requestAnimationFrame(() => requestAnimationFrame(focus));
}

interface Dragging {
  /** Return which items are dragged together with one. */
  readonly draggedWith: (id: number) => readonly number[];
  readonly layout: () => Layout;
  readonly onLine: (line: Line | null) => void;
  readonly onMove: (ids: readonly number[], place: Place) => void;
}

/** Listen to items that are dragged over others; returns a function that stops it. */
function listenToDragging({ draggedWith, layout, onLine, onMove }: Dragging): () => void {
  let dragged: readonly number[] = [];
  let target: Place | null = null;
  const show = (next: ReturnType<typeof placeAt> | null) => {
    target = next?.place ?? null;
    onLine(next?.line ?? null);
  };
  const onStart = (event: DragEvent) => {
    const id = idOf(tileAt(event.target));
    dragged = id === null ? [] : draggedWith(id);
  };
  const onOver = (event: DragEvent) => {
    if (dragged.length === 0) return;
    const tile = event.defaultPrevented ? null : tileAt(event.target);
    const id = idOf(tile);
    if (tile === null || id === null || dragged.includes(id)) return show(null);
    event.preventDefault();
    show(placeAt(tile.getBoundingClientRect(), event, id, layout()));
  };
  const onDrop = (event: DragEvent) => {
    if (target !== null && !event.defaultPrevented) {
      event.preventDefault();
      onMove(dragged, target);
    }
    onEnd();
  };
  const onEnd = () => {
    dragged = [];
    show(null);
  };
  const events = { dragstart: onStart, dragover: onOver, drop: onDrop, dragend: onEnd };
  const all = Object.entries(events) as [string, EventListener][];
  for (const [name, listener] of all) window.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of all) window.removeEventListener(name, listener);
  };
}
