import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from "react";
import { type Direction, directionOf } from "./directions";
import { createTaps } from "./taps";
import { useWheel } from "./use-wheel";
import { isEnlarged, type Point, panned, pointOf, type Size, type View, zoomed } from "./view";

interface Gestures {
  readonly frame: RefObject<HTMLElement | null>;
  readonly size: Size | null;
  readonly image: Size;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** A press of a mouse or pen without a movement; the point is from the centre of the frame. */
  readonly onClick?: ((at: Point) => void) | undefined;
  /** A press of a finger without a movement; it is known to be none of two only after a moment. */
  readonly onTap?: ((at: Point) => void) | undefined;
  readonly onDoubleTap: (at: Point) => void;
  /** A movement of one finger while the image is not enlarged. */
  readonly onSwipe?: ((direction: Direction) => void) | undefined;
  /** How far that finger has moved so far; null when it is lifted. */
  readonly onPull: (by: Point | null) => void;
  /** The browser scrolls what is around the image by vertical movements. */
  readonly canScroll: boolean;
}

/** A press that moves less than this many pixels is a click. */
const CLICK_PX = 6;
/** Fingers are less still. */
const TAP_PX = 10;

/** Return pointer handlers: the wheel and two fingers zoom, dragging pans, two taps enlarge. */
export function useZoomGestures(gestures: Gestures) {
  const latest = useRef(gestures);
  latest.current = gestures;
  useWheel(latest);
  const taps = useMemo(
    () =>
      createTaps(
        (at) => latest.current.onTap?.(at),
        (at) => latest.current.onDoubleTap(at),
      ),
    [],
  );
  useEffect(() => taps.cancel, [taps]);
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
    const isSwiping = (event: PointerEvent) =>
      fingers === 1 &&
      event.pointerType === "touch" &&
      !isEnlarged(latest.current.view) &&
      latest.current.onSwipe !== undefined;
    const pinch = (before: Point, now: Point, other: Point, size: Size) => {
      const { view, image } = latest.current;
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      const near = zoomed(view, factor, middle(before, other), image, size);
      set(panned(near, { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 }, image, size));
    };
    const move = (event: PointerEvent, by: Point, now: Point, size: Size) => {
      const { view, image, canScroll, onPull } = latest.current;
      if (isEnlarged(view)) set(panned(view, by, image, size));
      else if (isSwiping(event) && moved >= TAP_PX) onPull(pulled(start ?? now, now, canScroll));
    };
    const drag = (event: PointerEvent, before: Point, now: Point) => {
      const { size } = latest.current;
      if (size === null) return;
      const by = { x: now.x - before.x, y: now.y - before.y };
      moved += Math.hypot(by.x, by.y);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) move(event, by, now, size);
      else pinch(before, now, other, size);
    };
    const press = (event: PointerEvent, at: Point) => {
      if (event.pointerType !== "touch") latest.current.onClick?.(at);
      else if (fingers === 1) taps.tap(at);
    };
    const swipe = (event: PointerEvent, from: Point, to: Point) => {
      const direction = isSwiping(event) ? directionOf(from, to) : null;
      if (direction !== null) latest.current.onSwipe?.(direction);
    };
    const finish = (event: PointerEvent, from: Point, to: Point) => {
      // The browser cancels what it takes for scrolling.
      if (event.type !== "pointerup" || event.button !== 0) return;
      if (moved < (event.pointerType === "touch" ? TAP_PX : CLICK_PX)) press(event, to);
      else swipe(event, from, to);
    };
    const end = (event: PointerEvent) => {
      const last = pointers.get(event.pointerId);
      pointers.delete(event.pointerId);
      if (last === undefined || pointers.size > 0 || start === null) return;
      finish(event, start, last);
      latest.current.onPull(null);
      start = null;
    };
    return {
      onPointerDown: (event: PointerEvent) => {
        const at = pointOf(event, latest.current.frame.current);
        if (at === null || event.button > 0) return;
        if (pointers.size === 0) [start, moved, fingers] = [at, 0, 0];
        pointers.set(event.pointerId, at);
        fingers = Math.max(fingers, pointers.size);
        if (fingers > 1) {
          taps.cancel();
          latest.current.onPull(null);
        }
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
  }, [taps]);
}

/** Return how far the image follows a finger: to the side or down, whichever is longer. */
function pulled(from: Point, to: Point, canScroll: boolean): Point {
  const [right, down] = [to.x - from.x, to.y - from.y];
  const isDown = !canScroll && down > Math.abs(right);
  return isDown ? { x: 0, y: down } : { x: right, y: 0 };
}

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);
const middle = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
