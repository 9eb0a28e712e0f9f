import { type KeyboardEvent, useState } from "react";
import type { Point, Size } from "./geometry";
import type { Brush, MaskCanvas } from "./mask-canvas";

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
/** A step of the brush as a part of its size; with Shift one pixel. */
const STEP = 0.25;

/**
 * A brush that is moved with the arrow keys and paints while it is down, which the space bar toggles.
 *
 * `onKey` returns whether it handled the key.
 */
export function useKeyboardBrush(mask: MaskCanvas | null, brush: Brush) {
  const [at, setAt] = useState<Point | null>(null);
  const [isDown, setIsDown] = useState(false);
  const lift = () => {
    if (isDown) mask?.end();
    setIsDown(false);
  };
  const hide = () => {
    lift();
    setAt(null);
  };
  const toggle = (canvas: MaskCanvas, from: Point) => {
    if (isDown) return lift();
    setAt(from);
    canvas.begin(from, brush);
    setIsDown(true);
  };
  const moveTo = (canvas: MaskCanvas, to: Point) => {
    setAt(to);
    if (isDown) canvas.move(to, brush);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (mask === null) return false;
    const from = at ?? { x: mask.width / 2, y: mask.height / 2 };
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      moveTo(mask, stepped(from, arrow, event.shiftKey ? 1 : Math.max(1, brush.size * STEP), mask));
      return true;
    }
    if (event.key === " ") toggle(mask, from);
    return event.key === " ";
  };
  return { at, onKey, hide };
}

/** Return the point one step further, within the image. */
function stepped(from: Point, direction: Point, step: number, { width, height }: Size): Point {
  return {
    x: Math.min(width, Math.max(0, from.x + direction.x * step)),
    y: Math.min(height, Math.max(0, from.y + direction.y * step)),
  };
}
