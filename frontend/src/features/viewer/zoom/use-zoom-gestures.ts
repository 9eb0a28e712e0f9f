import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from "react";
import { isEnlarged, type Point, panned, type Size, type View, zoomed } from "./view";

interface Gestures {
  readonly frame: RefObject<HTMLElement | null>;
  readonly size: Size | null;
  readonly image: Size;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** A press without a movement; the point is from the centre of the frame. */
  readonly onClick?: ((at: Point) => void) | undefined;
  /** A quick movement to the side while the image is not enlarged. */
  readonly onSwipe?: ((direction: "left" | "right") => void) | undefined;
}

/** A press that moves less than this many pixels is a click. */
const CLICK_PX = 6;
const SWIPE_PX = 56;
/** Zoom of one pixel of the wheel. */
const WHEEL = 0.0016;

/** Return pointer handlers: the wheel and two fingers zoom, dragging pans. */
export function useZoomGestures(gestures: Gestures) {
  const latest = useRef(gestures);
  latest.current = gestures;
  useWheel(latest);
  return useMemo(() => {
    const pointers = new Map<number, Point>();
    let start: Point | null = null;
    let moved = 0;
    let fingers = 0;
    const set = (view: View) => {
      // Two events may come before the next drawing.
      latest.current = { ...latest.current, view };
      latest.current.onView(view);
    };
    const drag = (event: PointerEvent, before: Point, now: Point) => {
      const { view, image, size } = latest.current;
      if (size === null) return;
      moved += Math.hypot(now.x - before.x, now.y - before.y);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other !== undefined) {
        const factor = distance(now, other) / Math.max(1, distance(before, other));
        set(zoomed(view, factor, middle(now, other), image, size));
      } else if (isEnlarged(view))
        set(panned(view, { x: now.x - before.x, y: now.y - before.y }, image, size));
    };
    const click = (event: PointerEvent, at: Point) =>
      event.type === "pointerup" && event.button === 0 ? latest.current.onClick?.(at) : undefined;
    const swipe = (event: PointerEvent, from: Point, to: Point) => {
      const { view, onSwipe } = latest.current;
      const isFinger = fingers === 1 && event.pointerType === "touch" && !isEnlarged(view);
      const direction = isFinger ? directionOf(from, to) : null;
      if (direction !== null) onSwipe?.(direction);
    };
    const end = (event: PointerEvent) => {
      const last = pointers.get(event.pointerId);
      pointers.delete(event.pointerId);
      if (last === undefined || pointers.size > 0 || start === null) return;
      if (moved < CLICK_PX) click(event, last);
      else swipe(event, start, last);
      start = null;
    };
    return {
      onPointerDown: (event: PointerEvent) => {
        const at = pointOf(event, latest.current.frame.current);
        if (at === null || event.button > 0) return;
        if (pointers.size === 0) [start, moved, fingers] = [at, 0, 0];
        pointers.set(event.pointerId, at);
        fingers = Math.max(fingers, pointers.size);
        (event.currentTarget as Element).setPointerCapture?.(event.pointerId);
      },
      onPointerMove: (event: PointerEvent) => {
        const before = pointers.get(event.pointerId);
        const now = pointOf(event, latest.current.frame.current);
        if (before === undefined || now === null) return;
        drag(event, before, now);
        pointers.set(event.pointerId, now);
      },
      onPointerUp: end,
      onPointerCancel: end,
    };
  }, []);
}

/** The listener must be able to keep the page from scrolling, so it is not a passive one. */
function useWheel(latest: RefObject<Gestures>): void {
  useEffect(() => {
    const frame = latest.current.frame.current;
    if (frame === null) return;
    const onWheel = (event: WheelEvent) => {
      const { size, view, image, onView } = latest.current;
      const at = pointOf(event, frame);
      if (size === null || at === null) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 32 : event.deltaY;
      const factor = Math.exp(-pixels * WHEEL * (event.ctrlKey ? 4 : 1));
      const next = zoomed(view, factor, at, image, size);
      latest.current = { ...latest.current, view: next };
      onView(next);
    };
    frame.addEventListener("wheel", onWheel, { passive: false });
    return () => frame.removeEventListener("wheel", onWheel);
  }, [latest]);
}

function pointOf(event: { clientX: number; clientY: number }, frame: HTMLElement | null): Point | null {
  if (frame === null) return null;
  const { left, top, width, height } = frame.getBoundingClientRect();
  return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
}

/** Return where a finger swiped; null for other movements. */
function directionOf(from: Point, to: Point): "left" | "right" | null {
  const [right, down] = [to.x - from.x, to.y - from.y];
  if (Math.abs(right) < SWIPE_PX || Math.abs(right) < 1.5 * Math.abs(down)) return null;
  return right < 0 ? "left" : "right";
}

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);
const middle = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
