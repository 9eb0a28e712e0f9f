/**
 * Zoom and place of an image in its frame.
 *
 * Lengths are in pixels of the page. The image is fitted into the frame at scale 1, and centred.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Scale relative to the fitted image, and how far its centre is from the frame's, in parts of the frame. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** A point of the frame, from its centre. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const FITTED: View = { scale: 1, x: 0, y: 0 };

/** Screen pixels for one pixel of the image, at most. */
const MAX_ENLARGED = 8;

/** Return the size of the fitted image; small images are enlarged to at most twice their pixels. */
export function fittedSize(image: Size, frame: Size): Size {
  const factor = Math.min(frame.width / image.width, frame.height / image.height, 2);
  return { width: image.width * factor, height: image.height * factor };
}

/** Return the scale at which one pixel of the image is one of the screen. */
export function fullScale(image: Size, frame: Size, pixelRatio: number): number {
  const { width } = fittedSize(image, frame);
  return width === 0 ? 1 : image.width / pixelRatio / width;
}

/** Return the view with a scale within the limits and the image not farther out than its edges. */
export function bounded(
  view: View,
  image: Size,
  frame: Size,
  least = Math.min(1, fullScale(image, frame, 1)),
): View {
  const fitted = fittedSize(image, frame);
  const most = Math.max(1, (image.width * MAX_ENLARGED) / Math.max(1, fitted.width));
  const scale = Math.min(most, Math.max(least, view.scale));
  const limit = (shown: number, available: number) =>
    Math.max(0, (shown * scale - available) / 2 / available);
  const [right, down] = [limit(fitted.width, frame.width), limit(fitted.height, frame.height)];
  return { scale, x: clamp(view.x, right), y: clamp(view.y, down) };
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value)) + 0;

/** Return the view after zooming by a factor; what is at the point stays there. */
export function zoomed(view: View, factor: number, at: Point, image: Size, frame: Size): View {
  const scale = bounded({ ...view, scale: view.scale * factor }, image, frame).scale;
  const change = scale / view.scale;
  const [atX, atY] = [at.x / frame.width, at.y / frame.height];
  return bounded({ scale, x: atX - (atX - view.x) * change, y: atY - (atY - view.y) * change }, image, frame);
}

/** Return the view after the image was dragged. */
export function panned(view: View, by: Point, image: Size, frame: Size): View {
  return bounded({ ...view, x: view.x + by.x / frame.width, y: view.y + by.y / frame.height }, image, frame);
}

/** Return the view at full size, with the point of the fitted image in the same place. */
export function fullView(image: Size, frame: Size, pixelRatio: number, at: Point): View {
  return viewAt(fullScale(image, frame, pixelRatio), image, frame, at);
}

/** Return the view of two taps: full size, but at least twice the fitted size. */
export function nearView(image: Size, frame: Size, pixelRatio: number, at: Point): View {
  return viewAt(Math.max(2, fullScale(image, frame, pixelRatio)), image, frame, at);
}

function viewAt(scale: number, image: Size, frame: Size, at: Point): View {
  const [atX, atY] = [at.x / frame.width, at.y / frame.height];
  // On a screen with small pixels, full size can be smaller than what the wheel reaches.
  return bounded({ scale, x: atX - atX * scale, y: atY - atY * scale }, image, frame, scale);
}

/** Return whether the whole image is shown as large as the frame allows. */
export const isFitted = ({ scale, x, y }: View): boolean =>
  Math.abs(scale - 1) < 0.001 && Math.hypot(x, y) < 0.001;

/** Return whether the image is larger than fitted. */
export const isEnlarged = ({ scale }: View): boolean => scale > 1.001;

/** Return where a pointer is, from the centre of the frame. */
export function pointOf(
  event: { readonly clientX: number; readonly clientY: number },
  frame: HTMLElement | null,
): Point | null {
  if (frame === null) return null;
  const { left, top, width, height } = frame.getBoundingClientRect();
  return { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
}
