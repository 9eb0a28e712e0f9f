import { type RefObject, useEffect } from "react";
import { type Point, pointOf, type Size, type View, zoomed } from "./view";

interface Wheeled {
  readonly frame: RefObject<HTMLElement | null>;
  readonly size: Size | null;
  readonly image: Size;
  readonly view: View;
  readonly onView: (view: View) => void;
}

/** Zoom of one pixel of the wheel. */
const WHEEL = 0.0016;

/** Zoom by the wheel. The listener must be able to keep the page from scrolling, so it is not a passive one. */
export function useWheel<T extends Wheeled>(latest: RefObject<T>): void {
  useEffect(() => {
    const frame = latest.current.frame.current;
    if (frame === null) return;
    const onWheel = (event: WheelEvent) => {
      const { size, view, image, onView } = latest.current;
      const at: Point | null = pointOf(event, frame);
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
