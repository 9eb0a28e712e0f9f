import type { Point } from "./view";

/** A second tap within this time and distance makes a double tap. */
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 40;

interface Taps {
  readonly tap: (at: Point) => void;
  /** Forget a tap that may become a double tap. */
  readonly cancel: () => void;
}

/** Tell taps from double taps: a tap counts once no second one can follow. */
export function createTaps(onTap: (at: Point) => void, onDoubleTap: (at: Point) => void): Taps {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first: Point | null = null;
  const cancel = () => {
    clearTimeout(timer);
    first = null;
  };
  return {
    tap: (at) => {
      const before = first;
      cancel();
      if (before !== null && Math.hypot(at.x - before.x, at.y - before.y) < DOUBLE_TAP_PX)
        return onDoubleTap(at);
      first = at;
      timer = setTimeout(() => {
        first = null;
        onTap(at);
      }, DOUBLE_TAP_MS);
    },
    cancel,
  };
}
