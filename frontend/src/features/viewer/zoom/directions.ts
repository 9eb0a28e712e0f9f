import type { Point } from "./view";

export type Direction = "left" | "right" | "down";

/** Shortest distance of a swipe in pixels; one direction must also be clearly the longer one. */
const SWIPE_PX = 56;

/** Return where a finger swiped; null for other movements. */
export function directionOf(from: Point, to: Point): Direction | null {
  const [right, down] = [to.x - from.x, to.y - from.y];
  if (Math.abs(right) >= SWIPE_PX && Math.abs(right) >= 1.5 * Math.abs(down))
    return right < 0 ? "left" : "right";
  return down >= SWIPE_PX && down >= 1.5 * Math.abs(right) ? "down" : null;
}
