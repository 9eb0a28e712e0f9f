import { type TouchEvent, useRef } from "react";

/** Shortest horizontal distance of a swipe in pixels; it must also be mostly horizontal. */
const SWIPE_PX = 56;

interface Swipe {
  readonly onTouchStart: (event: TouchEvent) => void;
  readonly onTouchEnd: (event: TouchEvent) => void;
}

/** Return touch handlers that detect one-finger swipes, except while the page is zoomed in. */
export function useSwipe(onLeft: () => void, onRight: () => void): Swipe {
  const start = useRef<{ readonly x: number; readonly y: number } | null>(null);
  return {
    onTouchStart: ({ touches }) => {
      const first = touches[0];
      const isPinched = (window.visualViewport?.scale ?? 1) > 1.01;
      const isOne = first !== undefined && touches.length === 1 && !isPinched;
      start.current = isOne ? { x: first.clientX, y: first.clientY } : null;
    },
    onTouchEnd: ({ changedTouches }) => {
      const last = changedTouches[0];
      if (start.current === null || last === undefined) return;
      const [right, down] = [last.clientX - start.current.x, last.clientY - start.current.y];
      start.current = null;
      if (Math.abs(right) < SWIPE_PX || Math.abs(right) < 1.5 * Math.abs(down)) return;
      if (right < 0) onLeft();
      else onRight();
    },
  };
}
