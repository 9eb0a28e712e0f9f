/** Coordinates of the mask editor: rectangles of the image, and the view onto it. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Left and top inclusive, right and bottom exclusive, in pixels of the image. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where the image is shown: CSS pixels per pixel of the image, and the position of its corner. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MAX_SCALE = 16;
const MARGIN_PX = 12;

/** Return whole pixels around a circle, within the image; null if it is outside. */
export function boundsOf({ x, y }: Point, radius: number, { width, height }: Size): Bounds | null {
  const left = Math.max(0, Math.floor(x - radius - 1));
  const top = Math.max(0, Math.floor(y - radius - 1));
  const right = Math.min(width, Math.ceil(x + radius + 1));
  const bottom = Math.min(height, Math.ceil(y + radius + 1));
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}

/** Return the smallest rectangle that contains both. */
export function union(one: Bounds | null, other: Bounds): Bounds {
  if (one === null) return other;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/** Return the view that shows the whole image in the middle of the stage. */
export function fitted(image: Size, stage: Size): View {
  const scale = Math.min(
    (stage.width - 2 * MARGIN_PX) / image.width,
    (stage.height - 2 * MARGIN_PX) / image.height,
    MAX_SCALE,
  );
  const positive = Math.max(scale, 0.01);
  return {
    scale: positive,
    x: (stage.width - image.width * positive) / 2,
    y: (stage.height - image.height * positive) / 2,
  };
}

/** Return the view zoomed by a factor; the pixel of the image under `at` stays there. */
export function zoomed(view: View, factor: number, at: Point, smallest: number): View {
  const scale = Math.min(MAX_SCALE, Math.max(smallest, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** Return the point of the image at a point of the stage. */
export const imagePoint = (view: View, { x, y }: Point): Point => ({
  x: (x - view.x) / view.scale,
  y: (y - view.y) / view.scale,
});

/** Return points on the line between two points, at most `spacing` apart, without the first. */
export function pointsBetween(from: Point, to: Point, spacing: number): Point[] {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / spacing));
  return Array.from({ length: steps }, (_, index) => {
    const part = (index + 1) / steps;
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
  });
}
