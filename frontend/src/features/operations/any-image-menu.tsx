import { useCallback, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { imageAt } from "./image-at";
import { ImageMenu, type Point } from "./image-menu";

interface Opened {
  readonly id: number;
  /** Null once it is closed: a dialog that it opened is still open. */
  readonly at: Point | null;
}

const PRESS_MS = 550;
/** Movement in pixels from which the finger scrolls. */
const SLOP_PX = 10;

/**
 * The menu of an image on every page: by the right mouse button, the menu key, or a finger that rests on it.
 *
 * With Shift the browser shows its own menu. Lists with a menu of their own, and images in the trash, are
 * left alone.
 */
export function AnyImageMenu() {
  const [opened, setOpened] = useState<Opened | null>(null);
  const isTrash = useLocation().pathname === "/gallery/trash";
  const close = useCallback(() => setOpened((before) => before && { ...before, at: null }), []);
  useEffect(() => (isTrash ? undefined : listen((id, at) => setOpened({ id, at }))), [isTrash]);
  return opened === null ? null : (
    <ImageMenu key={opened.id} contentId={opened.id} anchor={opened.at} onClose={close} />
  );
}

/** Call `open` for the image under the pointer; the returned function ends it. */
function listen(open: (id: number, at: Point) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: Point | null = null;
  let isPressed = false;
  const cancel = () => {
    clearTimeout(timer);
    start = null;
  };
  const onContextMenu = (event: MouseEvent) => {
    const id = event.defaultPrevented || event.shiftKey ? null : imageAt(event.target);
    if (id === null) return;
    event.preventDefault();
    cancel();
    open(id, placeOf(event));
  };
  const onPointerDown = (event: PointerEvent) => {
    cancel();
    isPressed = false;
    const { target, clientX: left, clientY: top, pointerType, isPrimary, pointerId } = event;
    // A finger that rests on a tile of the gallery selects it.
    const isSelecting = target instanceof Element && target.closest(".selectable-tile") !== null;
    const id = pointerType === "touch" && isPrimary && !isSelecting ? imageAt(target) : null;
    if (id === null) return;
    start = { left, top };
    timer = setTimeout(() => {
      isPressed = true;
      // What the image does with the finger ends, such as the press that zooms it.
      target?.dispatchEvent(new PointerEvent("pointercancel", { bubbles: true, pointerId }));
      open(id, { left, top });
    }, PRESS_MS);
  };
  const onPointerMove = ({ clientX, clientY }: PointerEvent) => {
    if (start !== null && Math.hypot(clientX - start.left, clientY - start.top) > SLOP_PX) cancel();
  };
  const onClick = (event: MouseEvent) => {
    if (!isPressed) return;
    isPressed = false;
    event.preventDefault();
    event.stopPropagation();
  };
  const ending = new AbortController();
  const { signal } = ending;
  document.addEventListener("contextmenu", onContextMenu, { signal });
  document.addEventListener("pointerdown", onPointerDown, { signal });
  document.addEventListener("pointermove", onPointerMove, { signal });
  for (const name of ["pointerup", "pointercancel", "scroll"] as const)
    document.addEventListener(name, cancel, { signal, capture: true });
  document.addEventListener("click", onClick, { signal, capture: true });
  return () => {
    cancel();
    ending.abort();
  };
}

/** Return where the pointer is; of a key, the middle of what has the focus. */
function placeOf({ clientX, clientY, target, detail, button }: MouseEvent): Point {
  const isKey = button !== 2 && detail === 0 && target instanceof Element;
  if (!isKey) return { left: clientX, top: clientY };
  const { left, top, width, height } = target.getBoundingClientRect();
  return { left: left + width / 2, top: top + height / 2 };
}
