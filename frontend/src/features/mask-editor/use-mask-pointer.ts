import { type PointerEvent, useMemo, useRef } from "react";
import { imagePoint, type Point, type View, zoomed } from "./geometry";
import type { Brush, MaskCanvas } from "./mask-canvas";

interface PointerOptions {
  readonly mask: MaskCanvas;
  readonly brush: Brush;
  readonly isPanning: boolean;
  readonly view: View;
  readonly smallest: number;
  readonly onView: (view: View) => void;
  readonly onCursor: (point: Point | null) => void;
}

/** Pens report how hard they are pressed; other pointers always 0.5. */
const pressureOf = ({ pointerType, pressure }: { pointerType: string; pressure: number }): number =>
  pointerType === "pen" ? Math.max(pressure, 0.05) : 1;

/**
 * Paint with one pointer; move the image with the middle button or two fingers, which also zoom.
 */
export function useMaskPointer(options: PointerOptions) {
  const latest = useRef(options);
  latest.current = options;
  const pointers = useRef(new Map<number, Point>());
  const isPainting = useRef(false);
  return useMemo(() => {
    const pointOf = (event: { currentTarget: EventTarget; clientX: number; clientY: number }): Point => {
      const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const down = (event: PointerEvent<HTMLElement>) => {
      const { mask, brush, isPanning, view } = latest.current;
      event.currentTarget.setPointerCapture(event.pointerId);
      const point = pointOf(event);
      pointers.current.set(event.pointerId, point);
      if (pointers.current.size > 1 || isPanning || event.button === 1) {
        if (isPainting.current) mask.abort();
        isPainting.current = false;
        return;
      }
      if (event.button !== 0) return;
      isPainting.current = true;
      mask.begin(imagePoint(view, point), brush, pressureOf(event));
    };
    const paint = (event: PointerEvent<HTMLElement>) => {
      const { mask, brush, view } = latest.current;
      const events = event.nativeEvent.getCoalescedEvents?.() ?? [];
      const { left, top } = event.currentTarget.getBoundingClientRect();
      for (const one of events.length > 0 ? events : [event]) {
        const point = { x: one.clientX - left, y: one.clientY - top };
        mask.move(imagePoint(view, point), brush, pressureOf(one));
      }
    };
    const move = (event: PointerEvent<HTMLElement>) => {
      const point = pointOf(event);
      latest.current.onCursor(point);
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      if (isPainting.current) paint(event);
      else latest.current.onView(movedView(latest.current, pointers.current, event.pointerId, point));
      pointers.current.set(event.pointerId, point);
    };
    const up = (event: PointerEvent<HTMLElement>) => {
      pointers.current.delete(event.pointerId);
      if (isPainting.current) latest.current.mask.end();
      isPainting.current = false;
    };
    const leave = () => latest.current.onCursor(null);
    return {
      onPointerDown: down,
      onPointerMove: move,
      onPointerUp: up,
      onPointerCancel: up,
      onPointerLeave: leave,
    };
  }, []);
}

/** Return the view after one of one or two pointers moved to a point. */
function movedView(
  { view, smallest }: PointerOptions,
  pointers: ReadonlyMap<number, Point>,
  id: number,
  to: Point,
): View {
  const from = pointers.get(id) ?? to;
  const other = [...pointers].find(([one]) => one !== id)?.[1];
  if (other === undefined) return { ...view, x: view.x + to.x - from.x, y: view.y + to.y - from.y };
  const factor = distance(to, other) / Math.max(distance(from, other), 1);
  const shift = { x: (to.x - from.x) / 2, y: (to.y - from.y) / 2 };
  const middle = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
  return zoomed({ ...view, x: view.x + shift.x, y: view.y + shift.y }, factor, middle, smallest);
}

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);
